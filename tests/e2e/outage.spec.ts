// What the app does when the service is away: it says so, loses nothing, and goes on by itself or when asked.
import type { Page } from '@playwright/test'
import { expect, test } from './lib/test'

const unavailable = {
  status: 503,
  contentType: 'application/problem+json',
  headers: { 'Retry-After': '1' },
  body: JSON.stringify({
    type: '/errors/unavailable',
    title: 'The service is not available just now.',
    status: 503,
    detail: 'The database cannot be reached. Nothing was lost; please try again in a moment.',
    instance: '00000000000000000000000000000000'
  })
}

const away = (page: Page) => page.route('**/api/v1/**', (route) => route.fulfill(unavailable))
const back = (page: Page) => page.unroute('**/api/v1/**')

test('a search that gets 503 says so, keeps the words, and succeeds when tried again', async ({ open, member, faults }) => {
  faults.expect(503)
  const page = await open(await member())
  await page.goto('/')
  await expect(page.getByRole('button', { name: 'Menu of your account' })).toBeVisible()
  const box = page.getByRole('combobox', { name: 'Name, topic or keyword' })
  await away(page)
  await box.fill('seismic')
  await box.press('Enter')
  await expect(page.getByRole('alert')).toContainText('Nothing was lost')
  await expect(box).toHaveValue('seismic')
  await back(page)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('alert')).toBeHidden()
  await expect(page.getByRole('article').first()).toBeVisible()
  await expect(box).toHaveValue('seismic')
})

test('a read that fails once is tried again without a word', async ({ open, member, faults }) => {
  faults.expect(503)
  const page = await open(await member())
  await page.route('**/api/v1/members?*', (route) => route.fulfill(unavailable), { times: 1 })
  await page.goto('/?all=1')
  await expect(page.getByRole('article').first()).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test('a form that cannot be sent keeps what was written and can be sent again', async ({ open, member, faults }) => {
  faults.expect(503)
  const page = await open(await member())
  await page.goto('/me')
  await page.getByRole('button', { name: 'Change About you' }).click()
  await page.getByRole('textbox', { name: 'About' }).fill('Written while the service was away.')
  await away(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('alert')).toContainText('Nothing was lost')
  await expect(page.getByRole('textbox', { name: 'About' })).toHaveValue('Written while the service was away.')
  await back(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Change About you' })).toBeVisible()
  await expect(page.getByText('Written while the service was away.')).toBeVisible()
})

test('asking over a line that breaks keeps what was written and asks once', async ({ open, member, faults }) => {
  faults.expect('offline')
  const asked = await member({ level: 2 })
  const page = await open(await member({ level: 2 }))
  await page.goto(`/m/${asked.handle}/ask`)
  await page.getByLabel('What do you ask for?').selectOption('Advice')
  await page.getByLabel('Why this person?').fill('How do you measure the mixing of a lake in winter?')
  await page.route('**/api/v1/introductions', (route) => route.abort('failed'), { times: 1 })
  await page.getByRole('button', { name: 'Send the request' }).click()
  await expect(page.getByRole('alert')).toContainText('cannot be reached')
  await page.getByRole('button', { name: 'Send the request' }).click()
  await expect(page.getByRole('article')).toHaveCount(1)
  await expect(page.getByRole('article')).toContainText('Sent')
})

test('when only the answer is lost, the page learns that the request was sent', async ({ open, member, faults }) => {
  faults.expect('offline')
  const asked = await member({ level: 2 })
  const page = await open(await member({ level: 2 }))
  await page.goto(`/m/${asked.handle}/ask`)
  await page.getByLabel('What do you ask for?').selectOption('Advice')
  await page.getByLabel('Why this person?').fill('How do you measure the mixing of a lake in winter?')
  await page.route('**/api/v1/introductions', async (route) => {
    await route.fetch()
    await route.abort('failed')
  })
  await page.getByRole('button', { name: 'Send the request' }).click()
  await expect(page.getByRole('dialog')).toContainText('You have asked this member already')
  await page.unroute('**/api/v1/introductions')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.getByRole('link', { name: 'Open the introduction' }).click()
  await expect(page.getByRole('article')).toHaveCount(1)
})

test('offline is said, and what is on screen stays', async ({ open, member, faults }) => {
  faults.expect('offline')
  const page = await open(await member())
  await page.goto('/?all=1')
  await expect(page.getByRole('article').first()).toBeVisible()
  await page.context().setOffline(true)
  await expect(page.getByText('You are offline')).toBeVisible()
  await expect(page.getByRole('article').first()).toBeVisible()
  await page.context().setOffline(false)
  await expect(page.getByText('You are offline')).toBeHidden()
})

test('who opens a page while the service is away is not taken for a stranger', async ({ open, member, faults }) => {
  faults.expect(503)
  const page = await open(await member())
  await away(page)
  await page.goto('/introductions')
  await expect(page.getByText('The service cannot be reached just now')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Sign in' })).toHaveCount(0)
  await back(page)
  await expect(page.getByRole('button', { name: 'Menu of your account' })).toBeVisible()
  await expect(page.getByText('The service cannot be reached just now')).toBeHidden()
  await expect(page.getByText('No requests wait for you')).toBeVisible()
})

// Files of evidence in the browser: sending, going on after a lost connection and after a reload, an error for
// each file, the receipt; and the verifier's viewer.
import type { Page } from '@playwright/test'
import { expectAccessible, tooWide } from './lib/axe'
import { refuse, sendAndTake } from './lib/cases'
import { signedIn, type Person } from './lib/people'
import { picture } from './lib/picture'
import { expect, test } from './lib/test'

/** A draft with a passport. */
async function draft(person: Person) {
  const api = await signedIn(person)
  const begun = await api.post('cases', { level: 2 })
  const path = `cases/${begun.json.id}`
  await api.put(`${path}/claims`, { given_name: person.given, family_name: person.family, birthdate: '1980-05-17' }, begun.etag)
  const shown = await api.post(`${path}/evidence`, { type: 'document', subtype: 'passport' })
  return { api, path, id: begun.json.id as string, etag: shown.etag as string }
}

const chooser = (page: Page) => page.getByLabel(/^Choose files/)
const rulesHold = async (page: Page) => {
  await expectAccessible(page)
  const size = page.viewportSize()
  await page.setViewportSize({ width: 320, height: 640 })
  expect.soft(await tooWide(page), 'at 320 pixels').toBe(0)
  if (size) await page.setViewportSize(size)
}

test('a member sends files, sees errors in words, looks at them and takes one back', async ({ open, member }) => {
  const person = await member()
  await draft(person)
  const page = await open(person)
  await page.goto('/me/verification?task=evidence')
  await chooser(page).setInputFiles([
    picture('front.png', 300, 200),
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') },
    { name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0) },
    { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('\x89PNG\r\n\x1a\n and then nothing', 'latin1') }
  ])
  await expect(page.getByText('notes.txt is no JPEG, PNG, WebP or PDF.')).toBeVisible()
  await expect(page.getByText('empty.png is empty.')).toBeVisible()
  await expect(page.getByText('Ready, 1 page')).toBeVisible({ timeout: 60_000 })
  await expect(page.locator('li', { hasText: 'broken.png' }).or(page.locator('li', { hasText: 'File' })).locator('.bad')).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Look at it front.png' }).click()
  await expect(page.getByRole('img', { name: 'Passport, page 1 of 1' })).toBeVisible()
  await rulesHold(page)
  await page.getByRole('button', { name: 'Remove front.png' }).click()
  await expect(page.getByText('Ready, 1 page')).toHaveCount(0)
})

test('sending goes on by itself after a lost connection, and after a reload with the same file', async ({ open, member, faults }) => {
  faults.expect('offline')
  const person = await member()
  const { api } = await draft(person)
  const page = await open(person)
  const large = picture('large.png', 900, 900)
  await page.goto('/me/verification?task=evidence')
  await expect(chooser(page)).toBeVisible()
  // The connection goes away with the second part.
  let parts = 0
  await page.route('**/api/v1/files/*', async (route) => {
    if (route.request().method() === 'PATCH' && ++parts > 1) await route.abort('internetdisconnected')
    else await route.continue()
  })
  await chooser(page).setInputFiles(large)
  await expect(page.getByText('The connection is lost.')).toBeVisible()
  await rulesHold(page)
  await page.reload()
  await expect(page.getByText(/^Sending was broken off at \d+ %/)).toBeVisible()
  await page.locator('li', { hasText: 'large.png' }).getByLabel('Choose files', { exact: true }).setInputFiles(picture('other.png', 20, 20))
  await expect(page.getByText('other.png is another file than the one that was broken off.')).toBeVisible()
  await page.unroute('**/api/v1/files/*')
  await page.locator('li', { hasText: 'large.png' }).getByLabel('Choose files', { exact: true }).setInputFiles(large)
  await expect(page.getByText('Ready, 1 page')).toBeVisible({ timeout: 60_000 })
  const mine = await api.get('me/verification')
  expect((await api.get(`cases/${mine.json.case.id}/files`)).json.files).toHaveLength(1)
})

test('a verifier looks at pages, turns and compares them by keyboard, and the member sees that', async ({ open, member }) => {
  const person = await member()
  const verifier = await member({ roles: ['verifier'] })
  const { path, id } = await draft(person)
  const page = await open(person)
  await page.goto('/me/verification?task=evidence')
  await chooser(page).setInputFiles([picture('front.png', 300, 200), picture('back.png', 300, 200)])
  await expect(page.getByText('Ready, 1 page')).toHaveCount(2, { timeout: 60_000 })
  await sendAndTake(person, verifier, { path, id })

  const desk = await open(verifier)
  await desk.goto(`/verify/${id}`)
  await desk.getByRole('button', { name: 'Look at it Passport' }).click()
  const frame = desk.getByRole('group', { name: 'Passport, page 1 of 1' }).first()
  const image = frame.getByRole('img')
  await expect(image).toBeVisible()
  const before = await image.evaluate((node) => node.getBoundingClientRect().width)
  await frame.focus()
  await desk.keyboard.press('+')
  await expect.poll(() => image.evaluate((node) => node.getBoundingClientRect().width)).toBeGreaterThan(before)
  await desk.keyboard.press('r')
  await expect(image).toHaveCSS('transform', /matrix\(.*1, -1/)
  await desk.getByRole('button', { name: 'Compare two' }).click()
  await expect(desk.getByRole('img', { name: 'Passport, page 1 of 1' })).toHaveCount(2)
  await expect(desk.getByLabel('Show').nth(1)).toHaveValue(/.+/)
  await rulesHold(desk)

  await page.goto('/me/verification')
  await page.locator('summary', { hasText: 'Looked at' }).first().click()
  await expect(page.getByText(/^The verifier, page 1/).first()).toBeVisible()
  await rulesHold(page)
})

test('a verifier notes a file that is not to be kept; it is destroyed at once, and the member has the receipt', async ({ open, member }) => {
  const person = await member()
  const verifier = await member({ roles: ['verifier'] })
  const { api, path, id } = await draft(person)
  const page = await open(person)
  await page.goto('/me/verification?task=evidence')
  await chooser(page).setInputFiles([picture('front.png', 300, 200)])
  await expect(page.getByText('Ready, 1 page')).toBeVisible()
  await api.put(`${path}/files/keeping`, { look_only: true }, '')
  await sendAndTake(person, verifier, { path, id })

  const desk = await open(verifier)
  await desk.goto(`/verify/${id}`)
  await desk.getByRole('button', { name: 'Look at it Passport' }).click()
  await expect(desk.getByRole('img', { name: 'Passport, page 1 of 1' })).toBeVisible()
  await desk.getByText('Noted: destroy it now').click()
  await desk.getByRole('button', { name: 'Keep the note, destroy the file' }).click()
  await expect(desk.getByRole('link', { name: 'Write down what you saw' })).toBeVisible()
  await rulesHold(desk)
  await desk.getByLabel(/^What did you see/).fill('Her photograph; good until 2032.')
  await desk.getByRole('button', { name: 'Keep the note, destroy the file' }).click()
  await expect(desk.getByText('Her photograph; good until 2032.')).toBeVisible()
  await expect(desk.getByRole('button', { name: 'Look at it Passport' })).toHaveCount(0)
  await rulesHold(desk)

  await page.goto('/me/verification')
  await expect(page.getByText('What it shows was noted.')).toBeVisible()
  await expect(page.getByText(/^Key [0-9a-f-]{36}$/)).toBeVisible()
  await rulesHold(page)
})

test('evidence of a decided case is opened again by two persons', async ({ open, member }) => {
  const person = await member()
  const verifier = await member({ roles: ['verifier'] })
  const { path, id } = await draft(person)
  const page = await open(person)
  await page.goto('/me/verification?task=evidence')
  await chooser(page).setInputFiles([picture('front.png', 300, 200)])
  await expect(page.getByText('Ready, 1 page')).toBeVisible()
  await refuse(verifier, await sendAndTake(person, verifier, { path, id }))

  const desk = await open(verifier)
  await desk.goto(`/verify/${id}`)
  await expect(desk.getByRole('heading', { name: 'Not approved' })).toBeVisible()
  await expect(desk.getByRole('button', { name: 'Look at it Passport' })).toHaveCount(0)
  await desk.getByRole('link', { name: 'Ask for its evidence to be opened again' }).click()
  await expect(desk.getByLabel('Number of the case')).toHaveValue(id)
  const why = `A bank asks whether the passport of ${person.name} was a copy.`
  await desk.getByLabel('Why?').fill(why)
  await desk.getByRole('button', { name: 'Ask for it' }).click()
  await expect(desk.getByText(why)).toBeVisible()

  const admin = await open(await member({ roles: ['admin'] }))
  await admin.goto('/admin/two-person')
  const act = admin.getByRole('article').filter({ hasText: why })
  await expect(act).toContainText('look at its evidence, for 60 minutes')
  await act.getByRole('button', { name: 'Confirm and do it' }).click()
  await expect(act).toHaveCount(0)

  await desk.goto('/admin/two-person?view=settled')
  await desk.getByRole('article').filter({ hasText: why }).getByRole('link', { name: /^Read the case, until/ }).click()
  await expect(desk.getByRole('heading', { level: 1, name: 'Case with its evidence opened again' })).toBeVisible()
  await desk.getByRole('button', { name: 'Look at it Passport' }).click()
  await expect(desk.getByRole('img', { name: 'Passport, page 1 of 1' })).toBeVisible()
  await rulesHold(desk)
})

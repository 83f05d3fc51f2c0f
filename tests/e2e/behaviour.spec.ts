// What the app promises beside the main job: a change on two devices shows both values, a session that ended
// is renewed in place, unsaved work is not lost unasked, the language and theme stay, the next page is ours.
import type { Page } from '@playwright/test'
import { password } from './lib/people'
import { expect, test } from './lib/test'

async function signIn(page: Page, { email }: { email: string }) {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('a profile changed on two devices shows both values', async ({ open, member, faults }) => {
  faults.expect(412)
  const person = await member()
  const here = await open(person)
  const there = await open(person)
  for (const page of [here, there]) {
    await page.goto('/me')
    await page.getByRole('button', { name: 'Change About you' }).click()
  }
  await there.getByRole('textbox', { name: 'About' }).fill('Written there.')
  await there.getByRole('button', { name: 'Save' }).click()
  await expect(there.getByText('Written there.')).toBeVisible()

  await here.getByRole('textbox', { name: 'About' }).fill('Written here.')
  await here.getByRole('button', { name: 'Save' }).click()
  const clash = here.getByRole('group', { name: 'About' })
  await expect(clash).toContainText('Written here.')
  await expect(clash).toContainText('Written there.')
  await clash.getByRole('button', { name: 'Keep mine' }).click()
  await here.getByRole('button', { name: 'Save' }).click()
  await expect(here.getByRole('button', { name: 'Change About you' })).toBeVisible()
  await expect(here.getByText('Written here.')).toBeVisible()
})

test('a session that ended is renewed in place and nothing typed is lost', async ({ open, member, faults }) => {
  faults.expect(401)
  const page = await open(await member())
  await page.goto('/me')
  await page.getByRole('button', { name: 'Change Name and work' }).click()
  await page.getByRole('textbox', { name: 'Title or role' }).fill('Head of testing')
  await page.context().clearCookies()
  await page.getByRole('button', { name: 'Save' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sign in again' })
  await dialog.getByLabel('Password').fill(password)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText('Head of testing')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Change Name and work' })).toBeVisible()
})

test('leaving unsaved changes is asked about', async ({ open, member }) => {
  const page = await open(await member())
  await page.goto('/me')
  await page.getByRole('button', { name: 'Change About you' }).click()
  await page.getByRole('textbox', { name: 'About' }).fill('Not saved.')
  let asked = 0
  page.on('dialog', (dialog) => {
    asked++
    void dialog.dismiss()
  })
  await page.getByRole('link', { name: 'Find members' }).click()
  await expect(page).toHaveURL('/me')
  expect(asked).toBe(1)
  await expect(page.getByRole('textbox', { name: 'About' })).toHaveValue('Not saved.')
})

test('signing in leads only to pages of ours', async ({ open, member }) => {
  const person = await member()
  for (const next of ['https://example.com/', '//example.com/', '/\\example.com', 'javascript:alert(1)']) {
    const page = await open()
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await signIn(page, person)
    await expect(page).toHaveURL('/')
  }
  const page = await open()
  await page.goto('/me/messages')
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await signIn(page, person)
  await expect(page).toHaveURL('/me/messages')
})

test('signing out in one tab signs out the other', async ({ open, member }) => {
  const page = await open(await member())
  await page.goto('/')
  const other = await page.context().newPage()
  await other.goto('/me')
  await expect(other.getByRole('heading', { name: 'My profile' })).toBeVisible()
  await page.getByRole('button', { name: 'Menu of your account' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible()
  await expect(other.getByRole('heading', { name: 'Sign in to go on' })).toBeVisible()
})

test('a page that the browser has already works when it is read again', async ({ open }) => {
  const page = await open()
  for (let times = 0; times < 3; times++) {
    await page.goto('/sign-in')
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  }
})

test('language and theme are remembered', async ({ open }) => {
  const page = await open()
  await page.goto('/')
  await page.getByLabel('Language').selectOption('de')
  await expect(page.getByRole('heading', { level: 1, name: 'Mitglieder finden' })).toBeVisible()
  await page.getByLabel('Farben').selectOption('dark')
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(page.getByRole('heading', { level: 1, name: 'Mitglieder finden' })).toBeVisible()
})

test('what others may not see is not on the page that they see', async ({ open, member }) => {
  const person = await member({ level: 2 })
  const page = await open(person)
  await page.goto('/me')
  await page.getByRole('button', { name: 'Change Place and languages' }).click()
  await page.getByRole('combobox', { name: 'Place', exact: true }).fill('Winterthur')
  await page.getByLabel('Place: Who can see this').selectOption('self')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Winterthur')).toBeVisible()
  await page.getByRole('link', { name: 'See it as others do' }).click()
  await expect(page.getByText('Winterthur')).toBeVisible()
  await page.getByLabel('See this page as').selectOption('members')
  await expect(page).toHaveURL(/as=members/)
  await expect(page.getByText('Winterthur')).toBeHidden()

  const other = await open(await member())
  await other.goto(`/m/${person.handle}`)
  await expect(other.getByRole('heading', { level: 1, name: person.name })).toBeVisible()
  await expect(other.getByText('Winterthur')).toBeHidden()
})

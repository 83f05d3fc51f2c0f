// Everything by keyboard: signing in, searching, choosing a topic, asking, changing the profile.
import type { Page } from '@playwright/test'
import { instance } from './lib/instance'
import { expect, test } from './lib/test'

/** Press Tab until what has the focus is called so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    const called = await page.evaluate(() => {
      const at = document.activeElement as HTMLInputElement | null
      return at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? ''
    })
    if (name.test(called.trim())) return
  }
  throw new Error(`Tab does not reach ${name}`)
}

test('signing in, searching and asking need no pointer', async ({ people }) => {
  const page = await people.stranger()
  await page.goto('/')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('#main')).toBeFocused()

  await page.goto('/sign-in')
  await tabTo(page, /^E-mail address/)
  await page.keyboard.type(instance().sign_ins.second_member.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(instance().sign_ins.second_member.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('/')
  await expect(page.getByRole('button', { name: 'Search' })).toBeVisible()

  await page.keyboard.press('/')
  const box = page.getByRole('combobox', { name: 'Name, topic or keyword' })
  await expect(box).toBeFocused()
  await page.keyboard.type('wood sci', { delay: 20 })
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\?topic=/)
  await tabTo(page, /^Ask for an introduction\s*Maria Keller/)
  await page.keyboard.press('Enter')

  const dialog = page.getByRole('dialog', { name: 'Ask to be introduced to Maria Keller' })
  await expect(dialog).toBeVisible()
  await expect(dialog.getByLabel('What do you ask for?')).toBeVisible()
  await tabTo(page, /^What do you ask for/)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(page).toHaveURL(/\/m\/maria-keller$/)
})

test('words that are no topic are searched by Enter', async ({ people }) => {
  const page = await people.signedIn('member')
  await expect(page.getByRole('button', { name: 'Search' })).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('seismic', { delay: 20 })
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/?q=seismic')
  await expect(page.getByRole('link', { name: 'Jonas Weber', exact: true })).toBeVisible()
})

test('errors of a form are listed, focused, and lead to their fields', async ({ people }) => {
  const page = await people.stranger()
  await page.goto('/apply')
  await tabTo(page, /^I accept the terms/)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const summary = page.getByRole('alert')
  await expect(summary).toBeFocused()
  await expect(page).toHaveTitle(/^Error: /)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Given name')).toBeFocused()
  await expect(page.getByLabel('Given name')).toHaveAttribute('aria-invalid', 'true')
})

test('single keys do nothing while something is typed, and can be turned off', async ({ people }) => {
  const page = await people.signedIn('verifier')
  await page.goto('/verify?view=decided')
  await expect(page.getByRole('table')).toBeVisible()
  await page.keyboard.press('j')
  await expect(page.getByRole('row').nth(1).getByRole('link')).toBeFocused()
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keys' })
  await dialog.getByLabel('Single keys do things').uncheck()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await page.keyboard.press('j')
  await expect(page.getByRole('row').nth(2).getByRole('link')).not.toBeFocused()
})

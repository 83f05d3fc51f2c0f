// The pages of the app and who opens them, for tests that look at every one.
import type { Page } from '@playwright/test'
import { expect } from './test'

export interface Visit {
  name: string
  who: 'nobody' | 'member' | 'verifier'
  path: string
  /** a status that the page shows to be refused */
  status?: number
  /** what to do to see more of it */
  then?: (page: Page) => Promise<void>
}

export const visits: Visit[] = [
  { name: 'search', who: 'nobody', path: '/' },
  { name: 'results', who: 'nobody', path: '/?all=1' },
  { name: 'nothing found', who: 'nobody', path: '/?q=zzzzzz' },
  { name: 'sign in', who: 'nobody', path: '/sign-in' },
  {
    name: 'sign in with errors',
    who: 'nobody',
    path: '/sign-in',
    then: async (page) => page.getByRole('button', { name: 'Sign in' }).click()
  },
  { name: 'apply', who: 'nobody', path: '/apply' },
  { name: 'confirm', who: 'nobody', path: '/apply/confirm?email=a@example.org' },
  { name: 'forgotten password', who: 'nobody', path: '/password' },
  { name: 'new password', who: 'nobody', path: '/password/confirm?email=a@example.org' },
  { name: 'page for members', who: 'nobody', path: '/introductions' },
  { name: 'not found', who: 'nobody', path: '/nothing/here' },
  { name: 'no such member', who: 'nobody', path: '/m/no-such-member', status: 404 },
  { name: 'results for a member', who: 'member', path: '/?all=1' },
  {
    name: 'topics completing',
    who: 'member',
    path: '/',
    then: async (page) => {
      await page.getByRole('combobox', { name: 'Name, topic or keyword' }).pressSequentially('wood', { delay: 20 })
      await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
    }
  },
  { name: 'profile', who: 'member', path: '/m/jonas-weber' },
  { name: 'ask', who: 'member', path: '/m/jonas-weber/ask' },
  { name: 'own page', who: 'member', path: '/m/maria-keller?as=public' },
  { name: 'my profile', who: 'member', path: '/me' },
  {
    name: 'my profile changing',
    who: 'member',
    path: '/me',
    then: async (page) => page.getByRole('button', { name: 'Change Topics' }).click()
  },
  {
    name: 'menu',
    who: 'member',
    path: '/',
    then: async (page) => page.getByRole('button', { name: 'Menu of your account' }).click()
  },
  { name: 'be verified', who: 'member', path: '/me/verification' },
  { name: 'TMTP account', who: 'member', path: '/me/messages' },
  { name: 'introductions', who: 'member', path: '/introductions' },
  { name: 'introductions asked', who: 'member', path: '/introductions?box=sent' },
  { name: 'verify refused', who: 'member', path: '/verify' },
  { name: 'queue', who: 'verifier', path: '/verify' },
  { name: 'decided', who: 'verifier', path: '/verify?view=decided' },
  {
    name: 'decided case',
    who: 'verifier',
    path: '/verify?view=decided',
    then: async (page) => {
      await page.getByRole('row').nth(1).getByRole('link').click()
      await expect(page.getByRole('heading', { name: 'History' })).toBeVisible()
    }
  },
  {
    name: 'case in review',
    who: 'verifier',
    path: '/verify?view=mine',
    then: async (page) => {
      await page.getByRole('link', { name: 'Jonas Weber' }).click()
      await page.getByText('Record a check').first().click()
      await page.getByLabel('I need more from the member').check()
      await expect(page.getByLabel('What should the member do?')).toBeVisible()
    }
  },
  {
    name: 'keys',
    who: 'verifier',
    path: '/verify',
    then: async (page) => page.keyboard.press('?')
  }
]

/** Open a page and wait until it has read what it shows. */
export async function visit(page: Page, one: Visit): Promise<void> {
  await page.goto(one.path)
  await expect(page.locator('main h1, dialog h2').first()).toBeVisible()
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
  await one.then?.(page)
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
}

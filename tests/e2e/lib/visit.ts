// A visit to a page in one of its states, and the ways to bring it there.
import type { Page } from '@playwright/test'
import { cast, type Cast, type Role } from './cast'
import { expect, type Faults } from './test'

export interface Visit {
  name: string
  who: Role | 'nobody'
  path: string | ((cast: Cast) => string)
  /** the answer with which the server refuses what the page asks for */
  status?: number
  /** what to do to see it so */
  then?: (page: Page) => Promise<unknown>
  /** the heading cannot change with the language: it is a name, or a dialog lies over the page */
  fixed?: boolean
}

export const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()
export const opens = (name: string | RegExp) => async (page: Page) => {
  await press(name)(page)
  await expect(page.getByRole('dialog')).toBeVisible()
}

/** Open a page and wait until it has read what it shows. */
export async function visit(page: Page, one: Visit, faults: Faults): Promise<void> {
  if (one.status) faults.expect(one.status)
  await page.goto(typeof one.path === 'string' ? one.path : one.path(cast()))
  await settled(page)
  await one.then?.(page)
  await settled(page)
}

/** Until the page has a heading and nothing is being read. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('main h1').first()).toBeVisible()
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
}

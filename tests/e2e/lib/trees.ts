// What a screen reader is told of a page, as a tree; and that Tab reaches every control that is in it, each seen to
// have the focus.
import type { BrowserContextOptions, Page } from '@playwright/test'
import { cast } from './cast'
import { outOfReach } from './keyboard'
import { visits } from './pages'
import { expect, test } from './test'
import { visit, type Visit } from './visit'

/** A visit of pages.ts by who comes and its name, its tree, and the browser where that matters. */
export type Tree = [who: Visit['who'], name: string, tree: string, browser?: BrowserContextOptions]

const found = (who: Visit['who'], name: string): Visit => {
  const one = visits.find((visit) => visit.who === who && visit.name === name)
  if (!one) throw new Error(`no visit "${name}" of ${who}`)
  return one
}

/** The page that is open is told so, and Tab goes to all of it. */
export async function expectTold(page: Page, tree: string): Promise<void> {
  await expect(page.locator('main')).toMatchAriaSnapshot(tree)
  expect(await outOfReach(page)).toEqual([])
}

/** A test for each of them. */
export function told(trees: Tree[]): void {
  for (const [who, name, tree, browser] of trees)
    test(`a screen reader is told what there is, and Tab goes to all of it: ${who}: ${name}`, async ({ open, faults }) => {
      const page = await open(who === 'nobody' ? null : cast()[who], browser)
      await visit(page, found(who, name), faults)
      await expectTold(page, tree)
    })
}

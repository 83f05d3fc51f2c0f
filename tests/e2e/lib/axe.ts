// What axe-core finds on a page.
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import type { AxeResults, RunOptions } from 'axe-core'
import { expect } from './test'

const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

/** One line a violation. */
async function violations(page: Page, options: RunOptions): Promise<string[]> {
  const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults
  return found.violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`)
  )
}

/** No violation in either theme. A theme changes nothing but colours: for the second only these are looked at. */
export async function expectAccessible(page: Page): Promise<void> {
  // It is evaluated: a script element would be refused by the policy.
  await page.evaluate(source)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // What moves to the theme is brought to its end: on a busy machine it may not get there by itself, not begin before
    // the next frames, and set off another move (a link that has its colour from what is around it).
    await page.evaluate(async (scheme) => {
      const frame = () => new Promise(requestAnimationFrame)
      while (!matchMedia(`(prefers-color-scheme: ${scheme})`).matches) await frame()
      for (let moving = true; moving; ) {
        await frame()
        await frame()
        const ending = document
          .getAnimations()
          .filter((one) => one.playState !== 'finished' && one.effect?.getComputedTiming().endTime !== Infinity)
        ending.forEach((one) => one.finish())
        moving = ending.length > 0
      }
    }, colorScheme)
    const rules: RunOptions = colorScheme === 'light' ? {} : { runOnly: ['color-contrast', 'link-in-text-block'] }
    expect.soft(await violations(page, { resultTypes: ['violations'], ...rules }), colorScheme).toEqual([])
  }
}

/** By how many pixels the page, or a dialog over it, is wider than its window. */
export const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('dialog[open]')]
    return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth))
  })

/** How far what was on the page moved by itself, its cumulative layout shift so far, and what it was that moved. */
export const jumped = (page: Page): Promise<{ far: number; what: string }> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        type Rect = { x: number; y: number; height: number }
        type Source = { node: Node | null; previousRect: Rect; currentRect: Rect }
        type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: Source[] }
        const at = ({ x, y, height }: Rect) => `${Math.round(x)},${Math.round(y)} (${Math.round(height)} high)`
        const said = (one: Source) =>
          `${one.node?.textContent?.trim().slice(0, 50)}: ${at(one.previousRect)} to ${at(one.currentRect)}`
        new PerformanceObserver((list) => {
          const shifts = (list.getEntries() as Shift[]).filter((one) => !one.hadRecentInput)
          resolve({
            far: shifts.reduce((sum, one) => sum + one.value, 0),
            what: shifts.map((one) => `${one.value.toFixed(4)} ${one.sources.map(said).join('; ')}`).join('\n')
          })
        }).observe({ type: 'layout-shift', buffered: true })
        setTimeout(() => resolve({ far: 0, what: '' }), 500)
      })
  )

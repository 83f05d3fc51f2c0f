// The keyboard as the only way: where Tab leads, and that one sees where one is.
import type { Page } from '@playwright/test'
import { expect } from './test'

/** What has the focus: how it is called, whether one can see that it has it, whether it is in the window. */
export const focused = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLInputElement
    const box = at.getBoundingClientRect()
    const { outlineStyle, outlineWidth } = getComputedStyle(at)
    return {
      called: (at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent ?? '').trim(),
      ring: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
      inWindow: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      top: box.top + scrollY,
      // The page itself, or what the app moved the focus to, which is no stop of Tab.
      stop: at.tabIndex >= 0 && at !== document.body
    }
  })

/** One must see what has the focus. */
const seen = (at: Awaited<ReturnType<typeof focused>>) =>
  expect(at, `the focus is visible on "${at.called}"`).toMatchObject({ ring: true, inWindow: true })

/** Press Tab until what has the focus is called so; each stop on the way must be visible. */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press('Tab')
    const at = await focused(page)
    if (!at.stop) continue
    seen(at)
    if (name.test(at.called)) return
  }
  throw new Error(`Tab does not reach ${name}`)
}

/** Press Tab until what has the focus is called so, and then the key. */
export async function pressOn(page: Page, name: RegExp, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press(key)
}

/** Press Tab until the field is called so, and write. */
export async function write(page: Page, name: RegExp, text: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.type(text)
}

/**
 * What Tab does not reach of all that can be used in the main part of the page, or in the dialog that lies over it;
 * on the way each stop must be seen.
 */
export async function outOfReach(page: Page): Promise<string[]> {
  const controls = await page.evaluate(() => {
    const all = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'
    const dialog = document.querySelector('dialog[open]')
    const part = dialog ?? document.querySelector('main')
    const usable = [...(part?.querySelectorAll<HTMLInputElement>(all) ?? [])].filter(
      (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0
    )
    // Of radio buttons one is reached, the others by arrows.
    const groups = new Map(usable.map((one) => [one.type === 'radio' ? one.name : one, one]))
    // Each begins with what has the focus by the app alone.
    const beginning = dialog ? dialog.querySelector<HTMLElement>('h2') : document.getElementById('main')
    beginning?.focus()
    usable.forEach((one) => (one.dataset.wanted = 'yes'))
    return groups.size
  })
  // Dates are of several parts, each with a stop.
  let begun = false
  for (let presses = 0; presses < controls * 4 + 20; presses++) {
    await page.keyboard.press('Tab')
    const at = await focused(page)
    const inside = await page.evaluate(() => {
      const now = document.activeElement as HTMLInputElement
      const same = now.type === 'radio' ? document.getElementsByName(now.name) : [now]
      same.forEach((one) => delete one.dataset.wanted)
      return now.closest('main') !== null
    })
    // A page that the server renders cannot have the focus as a whole: what is before its main part comes first.
    if (begun && !inside) break
    begun ||= inside
    if (inside) seen(at)
  }
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-wanted]')].map((one) => one.outerHTML.slice(0, 160))
  )
}

// Rules that hold on every page in every state. That nothing goes wrong unseen is among them: see lib/test.ts.
import { expectAccessible, jumped, tooWide } from './lib/axe'
import { cast } from './lib/cast'
import { settled, visit, visits } from './lib/pages'
import { expect, test } from './lib/test'

for (const one of visits)
  test(`accessible, narrow, in both directions and both languages: ${one.who}: ${one.name}`, async ({ open, faults }) => {
    const page = await open(one.who === 'nobody' ? null : cast()[one.who])
    await visit(page, one, faults)
    const heading = page.locator('main h1')
    const english = await heading.innerText()

    await test.step('nothing jumped while it came', async () => {
      const { far, what } = await jumped(page)
      expect.soft(far, what).toBeLessThanOrEqual(0.05)
    })

    await test.step('it has a title and one h1', async () => {
      await expect.soft(heading).toHaveCount(1)
      await expect.soft(page).toHaveTitle(/.+ - Example Society of Engineers$/)
    })

    await test.step('axe-core finds no violation in light or dark', () => expectAccessible(page))

    await test.step('nothing scrolls sideways at 320 pixels, at 400 %, from right to left', async () => {
      await page.setViewportSize({ width: 320, height: 640 })
      expect.soft(await tooWide(page), 'at 320 pixels').toBe(0)
      // A window of 1280 x 1024 at 400 %.
      await page.setViewportSize({ width: 320, height: 256 })
      expect.soft(await tooWide(page), 'at 400 %').toBe(0)
      await page.evaluate(() => (document.documentElement.dir = 'rtl'))
      expect.soft(await tooWide(page), 'from right to left, narrow').toBe(0)
      await page.setViewportSize({ width: 1280, height: 800 })
      expect.soft(await tooWide(page), 'from right to left, wide').toBe(0)
    })

    await test.step('German takes the place of English', async () => {
      if (one.fixed) return
      await page.locator('footer select').last().selectOption('de')
      await settled(page)
      await expect.soft(heading).not.toHaveText(english)
      await expect.soft(page.locator('html')).toHaveAttribute('lang', 'de')
    })
  })

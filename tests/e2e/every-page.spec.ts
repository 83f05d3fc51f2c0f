// Rules that hold on every page in every state. That nothing goes wrong unseen is among them: see lib/test.ts.
import { expectAccessible, tooWide } from './lib/axe'
import { cast } from './lib/cast'
import { settled, visit, visits, type Visit } from './lib/pages'
import { expect, test } from './lib/test'

const person = ({ who }: Visit) => (who === 'nobody' ? null : cast()[who])

for (const one of visits) {
  const named = `${one.who}: ${one.name}`

  test(`axe-core finds no violation in light or dark on ${named}`, async ({ open, faults }) => {
    const page = await open(person(one))
    await visit(page, one, faults)
    await expectAccessible(page)
  })

  test(`nothing scrolls sideways at 320 pixels, at 400 % or from right to left on ${named}`, async ({ open, faults }) => {
    const page = await open(person(one), { viewport: { width: 320, height: 640 } })
    await visit(page, one, faults)
    expect.soft(await tooWide(page), 'at 320 pixels').toBe(0)
    // A window of 1280 x 1024 at 400 %.
    await page.setViewportSize({ width: 320, height: 256 })
    expect.soft(await tooWide(page), 'at 400 %').toBe(0)
    await page.evaluate(() => (document.documentElement.dir = 'rtl'))
    expect.soft(await tooWide(page), 'from right to left, narrow').toBe(0)
    await page.setViewportSize({ width: 1280, height: 800 })
    expect.soft(await tooWide(page), 'from right to left, wide').toBe(0)
  })

  test(`title, one h1, and German in place of English on ${named}`, async ({ open, faults }) => {
    const page = await open(person(one))
    await visit(page, one, faults)
    const heading = page.locator('main h1')
    await expect(heading).toHaveCount(1)
    await expect(page).toHaveTitle(/.+ - Example Society of Engineers$/)
    if (one.fixed) return
    const english = await heading.innerText()
    await page.locator('footer select').last().selectOption('de')
    await settled(page)
    await expect(heading).not.toHaveText(english)
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  })
}

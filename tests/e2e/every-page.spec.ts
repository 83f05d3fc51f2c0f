// Rules that hold on every page: no violation of WCAG that axe-core finds, in both themes; no scrolling
// sideways at 320 pixels; a title and one h1; and (by the watched pages) no error in the console.
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import type { AxeResults } from 'axe-core'
import { visit, visits, type Visit } from './lib/pages'
import { caseInReview } from './lib/scene'
import { expect, People, test } from './lib/test'

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core finds; it is evaluated, as a script element would be refused by the policy. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults
  return found.violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`)
  )
}

test.beforeAll(async ({ browser }) => {
  const people = new People(browser)
  await caseInReview(people)
  await people.leave()
})

const whos = ['nobody', 'member', 'verifier'] as const

async function opened(people: People, who: Visit['who'], options: Parameters<People['stranger']>[0]) {
  people.expect(404)
  return who === 'nobody' ? people.stranger(options) : people.signedIn(who, options)
}

for (const colorScheme of ['light', 'dark'] as const)
  for (const who of whos)
    test(`axe-core finds nothing on the pages of ${who}, ${colorScheme}`, async ({ people }) => {
      const page = await opened(people, who, { colorScheme, reducedMotion: 'reduce' })
      for (const one of visits.filter((visit) => visit.who === who))
        await test.step(one.name, async () => {
          await visit(page, one)
          expect.soft(await faults(page), one.name).toEqual([])
        })
    })

for (const who of whos)
  test(`no page of ${who} scrolls sideways at 320 pixels`, async ({ people }) => {
    const page = await opened(people, who, { viewport: { width: 320, height: 640 } })
    for (const one of visits.filter((visit) => visit.who === who))
      await test.step(one.name, async () => {
        await visit(page, one)
        const width = await page.evaluate(() => document.documentElement.scrollWidth)
        expect.soft(width, one.name).toBeLessThanOrEqual(320)
      })
  })

for (const who of whos)
  test(`every page of ${who} has a title and one h1`, async ({ people }) => {
    const page = await opened(people, who, {})
    for (const one of visits.filter((visit) => visit.who === who))
      await test.step(one.name, async () => {
        await visit(page, one)
        await expect.soft(page.locator('h1'), one.name).toHaveCount(1)
        expect.soft(await page.title(), one.name).toMatch(/.+ - Example Society of Engineers$/)
      })
  })

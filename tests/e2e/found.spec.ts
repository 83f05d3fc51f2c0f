// What a search finds comes in two answers: the cards, and beside them how many there are and how they divide. On an
// instance of its own, where more are found than the cards' answer counts.
import type { Page, Request } from '@playwright/test'
import { jumped } from './lib/axe'
import { agoractl, sql, variable } from './lib/instance'
import { startInstance, type Started } from './lib/start'
import { expect, test } from './lib/test'

test.describe.configure({ mode: 'serial' })

let started: Started | undefined
const former = process.env[variable]

test.beforeAll(async () => {
  test.setTimeout(180_000)
  started = await startInstance()
  process.env[variable] = started.line
  await agoractl('example', 'load', '--members', '130')
})

test.afterAll(async () => {
  if (former) process.env[variable] = former
  await started?.stop()
})

const cards = (page: Page) => page.getByRole('region', { name: 'Results' }).getByRole('article')
const count = (page: Page) => page.getByRole('region', { name: 'Results' }).locator('.count')
const country = (page: Page) => page.getByRole('group', { name: 'Country' })
const forCounts = (url: URL) => url.pathname === '/api/v1/members' && url.searchParams.get('limit') === '0'
const forCards = (url: URL) => url.pathname === '/api/v1/members' && url.searchParams.get('facets') === 'false'

/** Hold back how many there are, until what is given is called. */
async function holdCounts(page: Page): Promise<() => void> {
  let release!: () => void
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route(forCounts, async (route) => {
    await released
    await route.continue()
  })
  return release
}

/** The numbers of members that are read out, from now on. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const heard: string[] = []
    Object.assign(window, { heard })
    new MutationObserver(() => {
      for (const status of document.querySelectorAll('main [role=status]')) {
        const text = status.textContent?.trim() ?? ''
        if (text.includes('member') && heard.at(-1) !== text) heard.push(text)
      }
    }).observe(document, { childList: true, subtree: true, characterData: true })
  })
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard)
}

test('the cards are there before it is known how many there are; the number is said once, and nothing jumps', async ({ open, member }) => {
  const page = await open(await member({ level: 1 }))
  const heard = await listen(page)
  const asked: Request[] = []
  page.on('request', (request) => asked.push(request))
  const release = await holdCounts(page)
  await page.goto('/?all=1')
  await expect(cards(page)).toHaveCount(20)
  // Both were asked for before anything was answered.
  expect(asked.filter((one) => forCards(new URL(one.url()))).length).toBe(1)
  expect(asked.filter((one) => forCounts(new URL(one.url()))).length).toBe(1)
  await expect(count(page)).toHaveText(/^\s*$/)
  await expect(country(page)).toHaveCount(0)
  await expect(page.getByRole('combobox', { name: 'Place to be near' })).toBeVisible()
  expect(await heard()).toEqual([])
  const before = await jumped(page)
  release()
  await expect(count(page)).toHaveText(/^1[3-9]\d members$/)
  await expect(country(page).getByRole('checkbox').first()).toBeVisible()
  expect(await heard()).toEqual([await count(page).innerText()])
  const { far, what } = await jumped(page)
  expect(far, what).toBe(before.far)
})

test('nothing jumps on a phone either', async ({ open, member }) => {
  const page = await open(await member({ level: 1 }), { viewport: { width: 360, height: 740 } })
  for (const locale of ['en', 'de']) {
    await page.addInitScript((code) => localStorage.setItem('locale', code), locale)
    const release = await holdCounts(page)
    await page.goto('/?level=1')
    await expect(page.getByRole('article')).toHaveCount(20)
    await expect(page.getByText(/Contactable/).first()).toBeVisible()
    const before = await jumped(page)
    release()
    await expect(page.locator('.count')).toHaveText(/^1\d\d (members|Mitglieder)$/)
    const { far, what } = await jumped(page)
    expect(far, what).toBe(before.far)
  }
})

test('nothing jumps when the name of what is asked for comes after everything else', async ({ open, member }) => {
  for (const q of ['country=AT&level=1', 'q=level:1&level=1', 'near=2778067&km=2000&country=AT']) {
    const page = await open(await member({ level: 1 }), { viewport: { width: 360, height: 740 } })
    const answered = page.waitForResponse((response) => forCards(new URL(response.url())))
    await page.route(/\/api\/v1\/(vocabulary|places\/\d+)$/, async (route) => {
      await answered
      await route.continue()
    })
    await page.goto(`/?${q}`)
    await expect(page.getByRole('button', { name: /^Remove (At least: Contactable|Within 2,000 km of Graz)/ })).toBeVisible()
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
    await expect(page.locator('footer')).toBeVisible()
    const { far, what } = await jumped(page)
    expect.soft(far, `${q}: ${what}`).toBeLessThan(0.01)
  }
})

test('what stands below is not shown before its place is known', async ({ open, member }) => {
  const { family } = await member({ level: 1 })
  const page = await open(await member({ level: 1 }))
  const release = await holdCounts(page)
  await page.goto(`/?q=${family}`)
  await expect(count(page)).toHaveText('1 member')
  await expect(page.locator('footer')).toBeHidden()
  release()
  await expect(page.getByRole('group', { name: 'Verified, at least' })).toBeVisible()
  await expect(page.locator('footer')).toBeVisible()
})

test('a filter that is chosen keeps the focus and its mark, and the list stays while it is counted anew', async ({ open, member }) => {
  const page = await open(await member({ level: 1 }))
  await page.goto('/?all=1')
  const box = country(page).getByRole('checkbox').first()
  await expect(box).toBeVisible()
  const before = await count(page).innerText()
  const release = await holdCounts(page)
  await box.check()
  await expect(page).toHaveURL(/country=/)
  await expect(page.getByRole('button', { name: /^Remove / })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Results' })).toHaveAttribute('aria-busy', 'false')
  await expect(box).toBeChecked()
  await expect(box).toBeFocused()
  release()
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
  await expect(count(page)).not.toHaveText(before)
  await expect(box).toBeChecked()
  await expect(box).toBeFocused()
})

test('without its second answer a search is of use: cards, what is chosen, a number, and more until the end', async ({ open, member, faults }) => {
  faults.expect('offline')
  const page = await open(await member({ level: 1 }))
  const heard = await listen(page)
  await page.route(forCounts, (route) => route.abort('failed'))
  await page.goto('/?level=1')
  await expect(cards(page)).toHaveCount(20)
  await expect(count(page)).toHaveText('100 members or more')
  expect(await heard()).toEqual(['100 members or more'])
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(page.getByRole('combobox', { name: 'Place to be near' })).toBeVisible()
  const more = page.getByRole('button', { name: 'Show more' })
  for (let shown = 20; await more.isVisible(); ) {
    await more.click()
    await expect(page.getByRole('button', { name: 'Loading' })).toHaveCount(0)
    await expect(cards(page).getByRole('link').and(page.locator(':focus'))).toHaveCount(1)
    expect(await cards(page).count()).toBeGreaterThanOrEqual(shown)
    shown = await cards(page).count()
  }
  expect(await cards(page).count()).toBeGreaterThan(100)
  await page.getByRole('button', { name: /^Remove At least/ }).click()
  await expect(page).toHaveURL('/')
})

test('no more is offered than there is', async ({ open, member }) => {
  const page = await open(await member({ level: 1 }))
  await page.goto('/?all=1')
  await expect(count(page)).toHaveText(/^\d+ members$/)
  const all = parseInt(await count(page).innerText())
  for (let shown = 20; shown < all; shown += 20) {
    await page.getByRole('button', { name: 'Show more' }).click()
    await expect(cards(page)).toHaveCount(Math.min(shown + 20, all))
  }
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0)
  await expect(page.getByText(/^No more than/)).toHaveCount(0)
})

test('when the people of a day are used up, whoever was seen is still found', async ({ open, member, faults }) => {
  faults.expect(429)
  const { family } = await member({ level: 1 })
  const page = await open(await member({ level: 1 }))
  await page.goto(`/?q=${family}`)
  await expect(cards(page)).toHaveCount(1)
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
  await sql("update agora.policy set value = '1' where key in ('search.people_a_day', 'search.people_slow')")
  const refused = page.waitForResponse((response) => response.status() === 429)
  await page.goto(`/?q=${family}&level=1`)
  expect(forCounts(new URL((await refused).url()))).toBe(true)
  await expect(cards(page)).toHaveCount(1)
  await expect(count(page)).toHaveText('1 member')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Remove At least: Contactable' })).toBeVisible()
})

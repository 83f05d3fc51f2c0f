import { flushSync } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { queryKeys } from '../src/lib/api/keys'
import type { SearchParams } from '../src/lib/api/queries'
import { cache } from '../src/lib/query.svelte'
import { showFound } from '../src/pages/search/found.svelte'
import { answering, problem, type Sent } from './answer'

const counted = (sent: Sent) => sent.query.get('limit') === '0'
const cards = (handles: string[], count: number, exact: boolean, more = {}) => ({
  body: { items: handles.map((handle) => ({ handle })), total: { count, exact }, facets: {}, ...more }
})
const counts = (count: number, exact = true) => ({
  body: { items: [], total: { count, exact }, facets: { topic: [{ value: 'T1', label: 'Dust', count }] } }
})

let end = () => {}
afterEach(() => end())

/** What is found by a search that can be changed. */
function finding(q: string) {
  let search = $state<SearchParams>({ q })
  let found!: ReturnType<typeof showFound>
  end = $effect.root(() => {
    found = showFound(() => search)
  })
  flushSync()
  return {
    found,
    search: (q: string) => {
      search = { q }
      flushSync()
    }
  }
}

/** Something that is answered when the test says so. */
function held() {
  let release!: () => void
  const promise = new Promise<void>((resolve) => (release = resolve))
  return { promise, release }
}

beforeEach(() => cache.clear())

test('cards and counts are asked for at once, and the cards do not wait', async () => {
  const late = held()
  const sent = answering(async (one) => {
    if (!counted(one)) return cards(['ada'], 100, false)
    await late.promise
    return counts(340)
  })
  const { found } = finding('dust')
  expect(found.pages.items).toEqual([])
  await vi.waitFor(() =>
    expect(sent.map(({ query }) => query.toString())).toEqual(['q=dust&facets=false', 'q=dust&limit=0'])
  )
  await vi.waitFor(() => expect(found.pages.items.length).toBe(1))
  expect(found.total).toBeUndefined()
  expect(found.final).toBeUndefined()
  late.release()
  await vi.waitFor(() => expect(found.final).toEqual({ count: 340, exact: true }))
  expect(found.counts.data?.facets.topic?.[0]?.label).toBe('Dust')
})

test('a page that knows how many there are says so at once', async () => {
  answering((one) => (counted(one) ? held().promise.then(() => counts(2)) : cards(['ada', 'bea'], 2, true)))
  const { found } = finding('dust')
  await vi.waitFor(() => expect(found.final).toEqual({ count: 2, exact: true }))
  expect(found.whole).toBe(true)
})

test('without counts there are a hundred or more', async () => {
  answering((one) => (counted(one) ? problem(429, 'people-seen') : cards(['ada'], 100, false, { next: 'b' })))
  const { found } = finding('dust')
  await vi.waitFor(() => expect(found.final).toEqual({ count: 100, exact: false }))
  expect(found.counts.data).toBeUndefined()
  expect(found.pages.first.error).toBeNull()
  expect(found.whole).toBe(false)
})

test('counts and further pages are of the spelling whose results are shown', async () => {
  const corrected = { q: 'dust', instead: true }
  const sent = answering((one) => {
    if (counted(one)) return { body: { ...counts(340).body, corrected } }
    return one.query.has('cursor')
      ? cards(['bea'], 0, true)
      : cards(['ada'], 100, false, { corrected, next: 'b' })
  })
  const { found, search } = finding('dusd')
  await vi.waitFor(() => expect(found.final).toEqual({ count: 340, exact: true }))
  // Each was asked for once, by what was typed.
  expect(sent.map(({ query }) => query.toString())).toEqual(['q=dusd&facets=false', 'q=dusd&limit=0'])
  await found.pages.more()
  expect(found.pages.items.length).toBe(2)
  expect(sent.at(-1)?.query.toString()).toBe('q=dust&cursor=b&facets=false')
  // The next search is not of that spelling.
  search('clay')
  await vi.waitFor(() => expect(sent.slice(-2).map(({ query }) => query.get('q'))).toEqual(['clay', 'clay']))
})

test('the number of another spelling than the cards have is not told', async () => {
  const corrected = { q: 'dust', instead: true }
  answering((one) => (counted(one) ? counts(1) : cards(['ada'], 100, false, { corrected })))
  const { found } = finding('dusd')
  await vi.waitFor(() => expect(found.final).toEqual({ count: 100, exact: false }))
  expect(found.counts.data?.total.count).toBe(1)
})

test('another spelling that is only proposed changes nothing', async () => {
  const corrected = { q: 'dust', instead: false }
  const sent = answering((one) => (counted(one) ? counts(1) : cards(['ada'], 1, true, { corrected })))
  const { found } = finding('dusd')
  await vi.waitFor(() => expect(found.counts.data?.total.count).toBe(1))
  await vi.waitFor(() => expect(found.final?.count).toBe(1))
  expect(sent.map(({ query }) => query.get('q'))).toEqual(['dusd', 'dusd'])
})

test('no number stands over the cards of another search', async () => {
  const late = held()
  answering(async (one) => {
    if (one.query.get('q') === 'clay' && !counted(one)) await late.promise
    return counted(one) ? counts(one.query.get('q') === 'clay' ? 500 : 340) : cards(['ada'], 100, false)
  })
  const { found, search } = finding('dust')
  await vi.waitFor(() => expect(found.total?.count).toBe(340))
  search('clay')
  // What was shown stays, and is not read out again.
  expect(found.total?.count).toBe(340)
  expect(found.final).toBeUndefined()
  await vi.waitFor(() => expect(found.counts.data?.total.count).toBe(500))
  expect(found.total).toBeUndefined()
  late.release()
  await vi.waitFor(() => expect(found.final?.count).toBe(500))
})

test('all are shown when an exact number of them is, whatever cursor the page has', async () => {
  answering((one) => (counted(one) ? counts(2) : cards(['ada', 'bea'], 100, false, { next: 'c' })))
  const { found } = finding('dust')
  await vi.waitFor(() => expect(found.total?.count).toBe(2))
  expect(found.pages.hasMore).toBe(true)
  expect(found.whole).toBe(true)
})

test('what makes a search old makes its cards and counts old, and the number is not read out until both are new', async () => {
  const late = held()
  let there = 340
  const sent = answering(async (one) => {
    if (!counted(one)) return cards(['ada'], 100, false)
    if (there > 340) await late.promise
    return counts(there)
  })
  const { found } = finding('dust')
  await vi.waitFor(() => expect(found.final?.count).toBe(340))
  there = 341
  cache.invalidate(queryKeys.search)
  await vi.waitFor(() => expect(found.pages.first.fetching).toBe(false))
  expect(sent.length).toBe(4)
  expect(found.total?.count).toBe(340)
  expect(found.final).toBeUndefined()
  late.release()
  await vi.waitFor(() => expect(found.final?.count).toBe(341))
})

import { flushSync } from 'svelte'
import { beforeEach, expect, test, vi } from 'vitest'
import { Problem } from '../src/lib/api/problem'
import { cache, show, showPages } from '../src/lib/query.svelte'

/** Run within a component's life. */
function living<T>(make: () => T): { value: T; end: () => void } {
  let value!: T
  const end = $effect.root(() => {
    value = make()
  })
  flushSync()
  return { value, end }
}

beforeEach(() => cache.clear())

test('what two show is read once', async () => {
  const read = vi.fn(async () => 'text')
  const one = living(() => show(() => ({ key: ['a'], read })))
  const two = living(() => show(() => ({ key: ['a'], read })))
  await vi.waitFor(() => expect(one.value.data).toBe('text'))
  expect(two.value.data).toBe('text')
  expect(read).toHaveBeenCalledTimes(1)
  one.end()
  two.end()
})

test('what lasts for ever is still read the first time', async () => {
  const shown = living(() => show(() => ({ key: ['for ever'], read: async () => 1, lasts: Infinity })))
  await vi.waitFor(() => expect(shown.value.data).toBe(1))
  shown.end()
})

test('what has become old is read again where it is shown, and the old stays meanwhile', async () => {
  let n = 0
  const shown = living(() => show(() => ({ key: ['list', 'mine'], read: async () => ++n })))
  await vi.waitFor(() => expect(shown.value.data).toBe(1))
  cache.invalidate(['other'])
  cache.invalidate(['list'])
  expect(shown.value.data).toBe(1)
  await vi.waitFor(() => expect(shown.value.data).toBe(2))
  expect(n).toBe(2)
  shown.end()
})

test('a change that is told while it is being read leads to one more reading', async () => {
  const answers: ((value: number) => void)[] = []
  const read = () => new Promise<number>((resolve) => answers.push(resolve))
  const shown = living(() => show(() => ({ key: ['late'], read })))
  cache.invalidate(['late'])
  answers[0]?.(1)
  await vi.waitFor(() => expect(answers.length).toBe(2))
  answers[1]?.(2)
  await vi.waitFor(() => expect(shown.value.data).toBe(2))
  shown.end()
})

test('a service that is away is asked again, a refusal is not', async () => {
  let tries = 0
  const away = living(() =>
    show(() => ({
      key: ['away'],
      read: async () => {
        if (++tries === 1) throw new Problem(503)
        return 'back'
      }
    }))
  )
  await vi.waitFor(() => expect(away.value.data).toBe('back'), 2000)
  const refuse = vi.fn(async () => Promise.reject(new Problem(403)))
  const refused = living(() => show(() => ({ key: ['refused'], read: refuse })))
  await vi.waitFor(() => expect(refused.value.error).toBeInstanceOf(Problem))
  expect(refuse).toHaveBeenCalledTimes(1)
  away.end()
  refused.end()
})

test('nothing of one account is left for the next', async () => {
  let account = 'maria'
  const shown = living(() => show(() => ({ key: ['me'], read: async () => account })))
  await vi.waitFor(() => expect(shown.value.data).toBe('maria'))
  account = 'jonas'
  cache.clear()
  flushSync()
  expect(shown.value.data).toBeUndefined()
  await vi.waitFor(() => expect(shown.value.data).toBe('jonas'))
  shown.end()
})

test('a list grows page by page and begins anew when its first page is read again', async () => {
  const read = vi.fn(async (cursor?: string) =>
    cursor ? { items: [cursor] } : { items: ['first'], next: 'second' }
  )
  const list = living(() => showPages(() => ({ key: ['pages'], read })))
  await vi.waitFor(() => expect(list.value.items).toEqual(['first']))
  await list.value.more()
  expect(list.value.items).toEqual(['first', 'second'])
  expect(list.value.hasMore).toBe(false)
  cache.invalidate(['pages'])
  await vi.waitFor(() => expect(list.value.items).toEqual(['first']))
  list.end()
})

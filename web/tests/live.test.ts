import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { age, listen, type LiveEvent } from '../src/lib/live'
import { cache } from '../src/lib/query.svelte'

/** A stream whose server is the test. */
class Stream extends EventTarget {
  static readonly CLOSED = 2
  static all: Stream[] = []
  readyState = 1
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  constructor(readonly url: string) {
    super()
    Stream.all.push(this)
  }
  close() {
    this.readyState = 2
  }
  say(name: string, data: string) {
    this.dispatchEvent(new MessageEvent(name, { data }))
  }
  break() {
    this.readyState = 2
    this.onerror?.()
  }
}

/** Locks of a browser: one holder of a name at a time, the others wait. */
function locks() {
  let held: Promise<unknown> = Promise.resolve()
  return {
    request: (_: string, options: { signal: AbortSignal }, act: () => Promise<void>) => {
      held = held.then(() => (options.signal.aborted ? undefined : act()))
      return held
    }
  }
}

beforeEach(() => {
  Stream.all = []
  vi.stubGlobal('EventSource', Stream)
  vi.stubGlobal('navigator', { ...navigator, locks: locks(), language: 'en', languages: ['en'] })
})
afterEach(() => vi.useRealTimers())

test('one stream serves all tabs, and the next takes over when its tab goes', async () => {
  const heard: LiveEvent[][] = [[], []]
  const first = listen((event) => heard[0]?.push(event))
  const second = listen((event) => heard[1]?.push(event))
  await vi.waitFor(() => expect(Stream.all.length).toBe(1))
  Stream.all[0]?.say('introduction', '{"id":"5","ref":"x"}')
  await vi.waitFor(() => expect(heard[1]).toEqual([{ name: 'introduction', id: '5', ref: 'x' }]))
  expect(heard[0]).toEqual(heard[1])
  first()
  await vi.waitFor(() => expect(Stream.all.length).toBe(2))
  second()
  expect(Stream.all.every((stream) => stream.readyState === 2)).toBe(true)
})

test('a stream that broke is opened again and everything is read anew', async () => {
  vi.useFakeTimers()
  const heard: string[] = []
  const stop = listen((event) => heard.push(event.name))
  await vi.advanceTimersByTimeAsync(0)
  Stream.all[0]?.break()
  expect(heard).toEqual([])
  await vi.advanceTimersByTimeAsync(2_000)
  expect(Stream.all.length).toBe(2)
  expect(heard).toEqual(['reset'])
  stop()
})

test('an event makes old what it is about, a reset everything', () => {
  const invalidate = vi.spyOn(cache, 'invalidate')
  age({ name: 'introduction' })
  expect(invalidate).toHaveBeenLastCalledWith(['introductions'], ['quota'], ['members'], ['search'])
  age({ name: 'reset' })
  expect(invalidate).toHaveBeenLastCalledWith([])
})

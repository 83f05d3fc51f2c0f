// What was read from the server, kept by name: read once for all that show it, shown again while it is
// read anew, and made old by a prefix of its name when an act or a live event says so.
import { Problem } from './api/problem'

export type Key = readonly unknown[]
export interface Query<T> {
  key: Key
  read: () => Promise<T>
  /** milliseconds for which it is not read again when it is shown again */
  lasts?: number
}

const usualLasts = 15_000
const pauses = [500, 2_000]
const mostUnwatched = 60

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

class Entry<T> {
  data = $state.raw<T | undefined>(undefined)
  error = $state.raw<unknown>(null)
  fetching = $state(false)
  watchers = 0
  #readAt: number | null = null
  #again = false
  #running: Promise<void> | null = null

  constructor(readonly query: Query<T>) {}

  /** Read it unless it is fresh or on its way. */
  refresh(): void {
    const fresh = this.#readAt !== null && Date.now() - this.#readAt <= (this.query.lasts ?? usualLasts)
    if (!fresh && !this.#running) void this.load()
  }

  /** Read it now; when it is being read already, once more after that: it may have changed meanwhile. */
  load(): Promise<void> {
    if (this.#running) this.#again = true
    this.#running ??= this.#read().finally(() => (this.#running = null))
    return this.#running
  }

  async #read(): Promise<void> {
    this.fetching = true
    do {
      this.#again = false
      await this.#once()
    } while (this.#again)
    this.fetching = false
  }

  async #once(): Promise<void> {
    for (let failures = 0; ; failures++)
      try {
        this.data = await this.query.read()
        this.error = null
        this.#readAt = Date.now()
        return
      } catch (error) {
        const pause = pauses[failures]
        if (!(error instanceof Problem && error.passing) || pause === undefined) {
          this.error = error
          return
        }
        await wait(pause)
      }
  }

  age(): void {
    this.#readAt = null
    if (this.watchers > 0) void this.load()
  }
}

class Cache {
  #entries = new Map<string, Entry<unknown>>()
  #generation = $state(0)

  entry<T>(query: Query<T>): Entry<T> {
    void this.#generation
    const name = JSON.stringify(query.key)
    let entry = this.#entries.get(name) as Entry<T> | undefined
    if (!entry) {
      this.#makeRoom()
      entry = new Entry(query)
      this.#entries.set(name, entry as Entry<unknown>)
    }
    return entry
  }

  #makeRoom(): void {
    const unwatched = [...this.#entries].filter(([, entry]) => entry.watchers === 0)
    for (const [name] of unwatched.slice(0, Math.max(0, unwatched.length - mostUnwatched)))
      this.#entries.delete(name)
  }

  /** Whatever is named by these first parts is old: what is on screen is read again. */
  invalidate(...prefixes: Key[]): void {
    for (const entry of this.#entries.values())
      if (prefixes.some((prefix) => prefix.every((part, i) => part === entry.query.key[i]))) entry.age()
  }

  /** Replace what is kept by what the server answered to a change. */
  put<T>(query: Query<T>, data: T): void {
    this.entry(query).data = data
  }

  /** Forget everything: what one account has read is not the next one's. */
  clear(): void {
    this.#entries.clear()
    this.#generation++
  }
}

export const cache = new Cache()

/** A query as a page shows it. */
export interface Shown<T> {
  readonly data: T | undefined
  readonly error: unknown
  readonly fetching: boolean
  readonly again: () => void
}

/**
 * Show what a query reads, for as long as the component lives. null reads nothing.
 * `keep`: while another one is read, what was shown stays.
 */
export function show<T>(query: () => Query<T> | null, keep = false): Shown<T> {
  const entry = $derived.by(() => {
    const wanted = query()
    return wanted && cache.entry(wanted)
  })
  let last = $state.raw<T | undefined>(undefined)

  $effect(() => {
    const watched = entry
    if (!watched) return
    watched.watchers++
    watched.refresh()
    return () => {
      watched.watchers--
    }
  })
  $effect(() => {
    if (keep && entry?.data !== undefined) last = entry.data
  })
  return {
    get data() {
      return entry?.data ?? (keep && entry && !entry.error ? last : undefined)
    },
    get error() {
      return entry?.error ?? null
    },
    get fetching() {
      return entry?.fetching ?? false
    },
    again: () => void entry?.load()
  }
}

interface Paged<I> {
  items: I[]
  next?: string
}

/** As show, for a list that comes page by page. Reading the first page again begins the list anew. */
export function showPages<P extends Paged<unknown>>(
  query: () => { key: Key; read: (cursor?: string) => Promise<P> } | null,
  keep = false
) {
  const first = show<P>(() => {
    const wanted = query()
    return wanted && { key: wanted.key, read: () => wanted.read() }
  }, keep)
  let rest = $state.raw<P[]>([])
  let of: P | undefined
  let busy = $state(false)
  let error = $state.raw<unknown>(null)

  $effect.pre(() => {
    if (first.data === of) return
    of = first.data
    rest = []
    error = null
  })
  const pages = $derived(first.data ? [first.data, ...rest] : [])

  return {
    first,
    /** the pages read so far */
    get all(): P[] {
      return pages
    },
    get items(): P['items'][number][] {
      return pages.flatMap((page) => page.items)
    },
    get hasMore() {
      return pages.at(-1)?.next !== undefined
    },
    get busy() {
      return busy
    },
    /** what went wrong with reading more */
    get error() {
      return error
    },
    async more(): Promise<void> {
      const next = pages.at(-1)?.next
      if (busy || next === undefined) return
      busy = true
      const begunWith = of
      try {
        const page = await query()?.read(next)
        if (page && of === begunWith) rest = [...rest, page]
        error = null
      } catch (failure) {
        error = failure
      } finally {
        busy = false
      }
    }
  }
}

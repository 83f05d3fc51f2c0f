// Live updates: one stream of server-sent events for all tabs of a browser. The tab that holds the lock
// listens and passes on; when it closes, the next one takes over. Events name what changed, not how:
// what is on screen is read again.
import { queryKeys } from './api/keys'
import { news } from './news.svelte'
import { cache } from './query.svelte'

export type LiveEvent = {
  name:
    | 'introduction'
    | 'case'
    | 'queue'
    | 'tmtp'
    | 'two_person'
    | 'vouch'
    | 'appeal'
    | 'complaint'
    | 'policy'
    | 'proof'
    | 'roster'
    | 'connector'
    | 'saved_search'
    | 'concierge'
    | 'reset'
  id?: string
  ref?: string
}

const names = [
  'introduction',
  'case',
  'queue',
  'tmtp',
  'two_person',
  'vouch',
  'appeal',
  'complaint',
  'policy',
  'proof',
  'roster',
  'connector',
  'saved_search',
  'concierge',
  'reset'
] as const
const longestPause = 60_000

/** Listen until the returned function is called. */
export function listen(act: (event: LiveEvent) => void): () => void {
  const stop = new AbortController()
  const channel = new BroadcastChannel('agora-live')
  channel.onmessage = (message: MessageEvent<LiveEvent>) => act(message.data)
  const tell = (event: LiveEvent) => {
    act(event)
    channel.postMessage(event)
  }
  navigator.locks
    .request('agora-live', { signal: stop.signal }, () => lead(tell, stop.signal))
    .catch(() => undefined) // stopped while waiting for the lock
  return () => {
    stop.abort()
    channel.close()
  }
}

/** Hold the stream until told to stop. The browser itself reconnects and says what it saw last. */
function lead(tell: (event: LiveEvent) => void, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource
    let pause = 2_000
    let timer: ReturnType<typeof setTimeout>
    const open = () => {
      source = new EventSource('/api/v1/events')
      source.onopen = () => (pause = 2_000)
      source.onerror = () => {
        if (source.readyState !== EventSource.CLOSED) return
        timer = setTimeout(again, pause)
        pause = Math.min(pause * 2, longestPause)
      }
      for (const name of names)
        source.addEventListener(name, (event) => tell({ ...parsed(event.data), name }))
    }
    // A stream that starts anew may have missed something: everything is read again.
    const again = () => {
      open()
      tell({ name: 'reset' })
    }
    open()
    stop.addEventListener('abort', () => {
      clearTimeout(timer)
      source.close()
      resolve()
    })
  })
}

function parsed(text: unknown): { id?: string; ref?: string } {
  try {
    return JSON.parse(String(text)) as { id?: string; ref?: string }
  } catch {
    return {}
  }
}

/** Which answers of the server an event makes old. */
export function age(event: LiveEvent): void {
  const old: Record<LiveEvent['name'], readonly (readonly unknown[])[]> = {
    introduction: [queryKeys.introductions, queryKeys.quota, queryKeys.members, queryKeys.search],
    case: [queryKeys.cases, queryKeys.myVerification, queryKeys.members, queryKeys.vouches],
    vouch: [queryKeys.vouches],
    appeal: [queryKeys.appeals, queryKeys.myVerification],
    complaint: [queryKeys.complaints],
    queue: [],
    two_person: [queryKeys.twoPerson],
    tmtp: [queryKeys.tmtp, queryKeys.introductions],
    policy: [queryKeys.policies],
    proof: [queryKeys.proofs],
    roster: [queryKeys.rosters],
    connector: [queryKeys.connectors],
    saved_search: [queryKeys.savedSearches],
    concierge: [queryKeys.questions],
    reset: [[]]
  }
  cache.invalidate(...old[event.name])
  if (event.name === 'queue') news.queue++
}

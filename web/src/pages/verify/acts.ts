// What a verifier does with a case; the answer replaces what was known of it.
import { queryKeys } from '../../lib/api/keys'
import { problemOf } from '../../lib/api/problem'
import { caseQuery, type Schema } from '../../lib/api/queries'
import { cache } from '../../lib/query.svelte'
import { navigate } from '../../lib/router.svelte'
import { shell } from '../../lib/shell.svelte'

/** Keep the case as it is now, say what was done, and go back to the head of the page. */
export function done(changed: { data: Schema['Case']; etag: string }, said: string): void {
  cache.put(caseQuery(changed.data.id), changed)
  cache.invalidate(queryKeys.queue, queryKeys.cases)
  shell.say(said)
  document.getElementById('main')?.focus()
}

/** The case is no longer the viewer's: back to the queue. */
export function gone(said: string): void {
  cache.invalidate(queryKeys.queue, queryKeys.cases)
  shell.say(said)
  navigate('/verify')
}

/** Run an act of a button; what goes wrong is announced. */
export async function attempt(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    shell.say(problemOf(error).sentence)
  }
}

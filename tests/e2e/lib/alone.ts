// What only one test may do at a time: tests run side by side on one instance, and the queue of cases is one.
import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { instance } from './instance'

/** `queue`: a case of one's own waits in the queue or is taken from it; `policy`: the draft of the policy is written. */
export type Thing = 'queue' | 'policy'

/** Until nobody else holds it; then nobody else does until the act is over. */
export async function alone<T>(thing: Thing, act: () => Promise<T>): Promise<T> {
  // A folder is made by one only, also by processes of their own.
  const mark = join(instance().var, `alone.${thing}`)
  for (;;)
    try {
      mkdirSync(mark)
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      await wait(100)
    }
  try {
    return await act()
  } finally {
    rmdirSync(mark)
  }
}

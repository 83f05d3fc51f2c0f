// Starts one instance for all tests, with its example members, and stops it at their end: an instance
// that ends badly (a crash, a sanitizer's report) fails the run.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { makeCast } from './lib/cast'
import { variable } from './lib/instance'

const top = join(__dirname, '../..')
// Everybody in these tests signs in from one address; how long a busy machine takes is not what is tested.
const settings = { agorad: { http: { sign_in_rate: 10_000, queue_age: 120_000 } } }

export default async function start(): Promise<(() => Promise<void>) | void> {
  // While tests are written: an instance that runs already.
  if (process.env[variable]) return makeCast()

  const stack = spawn('/usr/bin/python3', ['scripts/stack.py', JSON.stringify(settings)], {
    cwd: top,
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const ended = once(stack, 'exit') as Promise<[number | null]>
  const stop = async () => {
    stack.stdin.end()
    const [status] = await ended
    if (status !== 0) throw new Error(`the instance ended with status ${status}`)
  }
  try {
    const line = await Promise.race([
      once(createInterface(stack.stdout), 'line').then(([text]) => text as string),
      ended.then(() => Promise.reject(new Error('the instance did not start')))
    ])
    process.env[variable] = line
    await makeCast()
    return stop
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

// Starts an instance with its example members. One that ends badly (a crash, a sanitizer's report) fails
// whoever stops it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'

const top = join(__dirname, '../../..')
// Everybody in these tests signs in from one address; how long a busy machine takes is not what is tested.
const settings = {
  agorad: {
    http: { sign_in_rate: 10_000, queue_age: 120_000, public_rate: 10_000 },
    public: { embed_origins: 'http://www.example.org' }
  }
}

export interface Started {
  /** what scripts/stack.py says of itself, as JSON */
  line: string
  stop: () => Promise<void>
}

/** `--stock` gives it a stock TMTP server. */
export async function startInstance(...options: '--stock'[]): Promise<Started> {
  const stack = spawn('/usr/bin/python3', ['scripts/stack.py', ...options, JSON.stringify(settings)], {
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
    return { line, stop }
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

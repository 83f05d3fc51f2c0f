// Starts one instance for all tests, and stops it at their end.
import { makeCast } from './lib/cast'
import { variable } from './lib/instance'
import { startInstance } from './lib/start'

export default async function start(): Promise<(() => Promise<void>) | void> {
  // While tests are written: an instance that runs already.
  if (process.env[variable]) return makeCast()

  const { line, stop } = await startInstance()
  try {
    process.env[variable] = line
    await makeCast()
    return stop
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

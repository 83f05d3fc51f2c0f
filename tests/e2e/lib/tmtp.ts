// A member's TMTP client: the command tmtp, with its account in a file.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { instance } from './instance'

const run = promisify(execFile)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A message as `tmtp read --json` prints it. */
export interface Message {
  alias?: string
  subject?: string
  body?: string
}

export class TmtpClient {
  readonly #credentials: string
  readonly #program: string

  constructor(readonly alias: string) {
    const { bin, var: folder } = instance()
    this.#program = join(bin, 'tmtp')
    this.#credentials = join(folder, `tmtp-${alias.toLowerCase().replaceAll(' ', '-')}.json`)
  }

  /** Register at the server; `signIn` opens the address in the member's browser and says whether it was
   *  allowed. A client that was not is stopped. */
  async register(signIn: (address: string) => Promise<boolean>): Promise<void> {
    const port = String(await freePort())
    const options = ['--server', instance().tmtp_server, '--alias', this.alias, '--redirect-port', port]
    const command = spawn(this.#program, ['register', ...options, '--print-url', '--credentials', this.#credentials])
    const ended = once(command, 'exit') as Promise<[number | null]>
    let said = ''
    command.stderr.on('data', (part: Buffer) => (said += part.toString()))
    let allowed = false
    for await (const line of createInterface(command.stdout)) {
      const address = line.split(/\s+/).find((word) => word.startsWith('http'))
      if (!address) continue
      allowed = await signIn(address).catch((error: unknown) => {
        command.kill()
        throw error
      })
      if (!allowed) command.kill()
    }
    const [status] = await ended
    if (allowed && status !== 0) throw new Error(`tmtp register exited ${status}: ${said}`)
  }

  /** Register at a server that wants no sign-in. */
  async registerFreely(): Promise<void> {
    await this.#run('register', '--server', instance().tmtp_server, '--alias', this.alias)
  }

  /** A short text to the owner of an alias. */
  async ping(to: string, text: string): Promise<void> {
    await this.#run('ping', to, text)
  }

  /** The next messages, acknowledged; none when none comes in time. */
  async read(): Promise<Message[]> {
    const { stdout } = await this.#run('read', '--json', '--wait', '5', '--count', '1')
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Message)
  }

  /** Post to a contact; rejects when it is refused. */
  async post(to: string, subject: string, text: string): Promise<void> {
    await this.#run('post', '--to', to, '--subject', subject, text)
  }

  /** Whether the server takes a message to somebody. */
  async mayPost(to: string): Promise<boolean> {
    return this.post(to, 'Hello', 'Are you there?').then(
      () => true,
      () => false
    )
  }

  #run = (...args: string[]) => run(this.#program, [...args, '--credentials', this.#credentials])
}

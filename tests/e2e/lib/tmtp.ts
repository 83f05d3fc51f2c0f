// A member's TMTP client: the command `tmtp`. Its sign-in goes through the OpenID pages in a browser.
import { execFile, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { instance } from './instance'

interface Message {
  alias?: string
  subject?: string
  body?: string
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

export class TmtpClient {
  readonly #credentials: string
  readonly #program = join(instance().bin, 'tmtp')

  constructor(readonly alias: string) {
    this.#credentials = join(instance().var, `e2e-${alias.replace(/\W+/g, '-').toLowerCase()}.json`)
  }

  /** Begin to register; gives the address to open in a browser and the end of the command. */
  async register(): Promise<{ address: string; done: Promise<number | null> }> {
    const command = spawn(this.#program, [
      'register',
      ...['--server', instance().tmtp_server, '--alias', this.alias, '--redirect-port', String(await freePort())],
      ...['--print-url', '--wait', '60', '--credentials', this.#credentials]
    ])
    const done = new Promise<number | null>((resolve) => command.once('exit', resolve))
    for await (const line of createInterface(command.stdout)) {
      const address = line.split(/\s+/).find((word) => word.startsWith('http'))
      if (address) return { address, done }
    }
    throw new Error('tmtp register printed no address')
  }

  #run(...words: string[]): Promise<{ status: number; out: string }> {
    return new Promise((resolve) =>
      execFile(this.#program, [...words, '--credentials', this.#credentials], (error, out, err) =>
        resolve({ status: error ? Number(error.code ?? 1) : 0, out: out + err })
      )
    )
  }

  /** Write to a contact; whether the server took it. */
  async post(to: string, subject: string, text: string): Promise<boolean> {
    return (await this.#run('post', '--to', to, '--subject', subject, text)).status === 0
  }

  /** Read until a message has these words; gives it. */
  async readUntil(words: string): Promise<Message> {
    for (let left = 6; left > 0; left--) {
      const { out } = await this.#run('read', '--json', '--count', '1', '--wait', '5')
      for (const line of out.split('\n').filter((one) => one.startsWith('{'))) {
        const message = JSON.parse(line) as Message
        if (message.body?.includes(words)) return message
      }
    }
    throw new Error(`${this.alias} got no message with: ${words}`)
  }
}

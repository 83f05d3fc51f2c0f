// The instance that the tests talk to: started here and ended with them, unless one is named.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Instance {
  url: string
  tmtp_server: string
  mail: string
  var: string
  bin: string
  sign_ins: Record<'member' | 'second_member' | 'verifier' | 'admin', { email: string; password: string }>
}

const script = join(__dirname, '../../../scripts/stack.py')

export default async function start(): Promise<() => Promise<void>> {
  const named = process.env.AGORA_INSTANCE
  if (named) {
    process.env.AGORA_E2E = readFileSync(named, 'utf8')
    return async () => undefined
  }
  const stack = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => stack.once('exit', () => resolve()))
  process.env.AGORA_E2E = await new Promise<string>((resolve, reject) => {
    let text = ''
    stack.stdout.on('data', (piece: Buffer) => {
      text += piece.toString()
      if (text.includes('\n')) resolve(text)
    })
    stack.once('exit', (status) => reject(new Error(`scripts/stack.py ended with ${status}`)))
  })
  return async () => {
    stack.stdin.end()
    await ended
  }
}

/** What the tests need to know of it. */
export const instance = (): Instance => JSON.parse(process.env.AGORA_E2E ?? '{}') as Instance

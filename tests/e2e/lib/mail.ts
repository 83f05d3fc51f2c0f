// E-mail: without an SMTP server, agorad writes each message to a file.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { instance } from './instance'

/** The code in the latest message to an address; waits for it. */
export async function codeFor(address: string): Promise<string> {
  const folder = instance().mail
  for (let left = 100; left > 0; left--) {
    const found = readdirSync(folder)
      .filter((name) => name.endsWith('.eml'))
      .map((name) => join(folder, name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
      .map((path) => readFileSync(path, 'utf8'))
      .find((text) => text.includes(`To: ${address}`))
    const code = found && /^\s*([A-Z0-9]{4,}(?:-[A-Z0-9]{4,})*)\s*$/m.exec(found.split(/\r?\n\r?\n/).slice(1).join('\n\n'))
    if (code?.[1]) return code[1]
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`no message with a code came for ${address}`)
}

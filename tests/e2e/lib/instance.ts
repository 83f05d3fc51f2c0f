// The instance under test, as global-setup.ts started it, and the operator's ways into it.
import { execFile } from 'node:child_process'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What scripts/stack.py says of itself. */
export interface Instance {
  url: string
  tmtp_server: string
  mail: string
  var: string
  bin: string
  agorad_conf: string
  database: string
}

export const variable = 'AGORA_E2E_INSTANCE'

export function instance(): Instance {
  const text = process.env[variable]
  if (!text) throw new Error('no instance: run the tests by scripts/web.sh e2e')
  return JSON.parse(text) as Instance
}

/** agoractl with the instance's configuration; its output. */
export async function agoractl(...args: string[]): Promise<string> {
  const { bin, agorad_conf } = instance()
  return (await run(join(bin, 'agoractl'), ['--config', agorad_conf, ...args])).stdout
}

/** A statement by the database's owner, for what no interface gives. */
export async function sql(statement: string): Promise<void> {
  await run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', instance().database, '-c', statement])
}

/** A file with a password, as agoractl wants it. */
export async function passwordFile(name: string, password: string): Promise<string> {
  const path = join(instance().var, `password.${name}`)
  await writeFile(path, `${password}\n`, { mode: 0o600 })
  return path
}

/** The code in the newest message to an address, or null when none has come. */
export async function mailedCode(address: string): Promise<string | null> {
  const { mail } = instance()
  const paths = (await readdir(mail)).filter((name) => name.endsWith('.eml')).map((name) => join(mail, name))
  const dated = await Promise.all(paths.map(async (path) => ({ path, at: (await stat(path)).mtimeMs })))
  for (const { path } of dated.sort((a, b) => b.at - a.at)) {
    const [head = '', ...body] = (await readFile(path, 'utf8')).replaceAll('\r', '').split('\n\n')
    if (!head.includes(`\nTo: ${address}`)) continue
    const code = /^\s*([0-9A-Z]{4,}(?:-[0-9A-Z]{4,})*)\s*$/m.exec(body.join('\n\n'))?.[1]
    if (code) return code
  }
  return null
}

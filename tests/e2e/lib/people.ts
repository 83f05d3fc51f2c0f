// Members of a test's own, made by the operator: signed in, and as far verified as the test needs.
import { Api, type State } from './api'
import { agoractl, instance, passwordFile, sql } from './instance'

export const password = 'seven quiet herons by the weir'

export interface Person {
  given: string
  family: string
  name: string
  email: string
  handle: string
  /** cookies and what the app remembers on the device, as after signing in there */
  state: State
}

export interface Wanted {
  given?: string
  /** one that nobody else has unless it is said */
  family?: string
  roles?: ('verifier' | 'admin')[]
  /** of verification; 0 is not verified */
  level?: 0 | 1 | 2 | 3
  fields?: Record<string, string | string[]>
  /** by a word that finds the topics */
  topics?: Partial<Record<'expertise' | 'interest' | 'seeking' | 'offering', string>>
  /** who sees fields and topics */
  tier?: 'public' | 'members'
}

/** A family name that nobody else has; letters only, as names are. */
export function uniqueFamily(): string {
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(7)), (n) => String.fromCharCode(97 + (n % 26)))
  return letters.join('').replace(/^./, (first) => first.toUpperCase())
}

/** The interface as the person, in the session that they have. */
export const signedIn = (person: Person) => Api.of(person.state)

/** A new member, active at once, and their session. */
export async function join(wanted: Wanted = {}): Promise<Person> {
  const given = wanted.given ?? 'Robin'
  const family = wanted.family ?? uniqueFamily()
  const email = `${given}.${family}@example.org`.toLowerCase()
  const secret = await passwordFile(family, password)
  const roles = (wanted.roles ?? []).flatMap((role) => ['--role', role])
  await agoractl('account', 'add', email, '--given', given, '--family', family, '--password-file', secret, ...roles)
  const api = await Api.signIn(email, password)
  const { account } = (await api.get('session')).json
  if (wanted.level) await sql(`select agora.verification_grant_example('${account.id}', ${wanted.level})`)
  if (wanted.fields ?? wanted.topics) await fill(api, wanted)
  const { cookies } = await api.context.storageState()
  await api.context.dispose()
  const origins = [{ origin: instance().url, localStorage: [{ name: 'signed-in', value: '1' }] }]
  return { given, family, name: `${given} ${family}`, email, handle: account.handle, state: { cookies, origins } }
}

async function fill(api: Api, { fields = {}, topics = {}, tier = 'members' }: Wanted): Promise<void> {
  const mine = await api.get('me/profile')
  const sets: Record<string, { items: string[]; tier: string }> = {}
  for (const [kind, word] of Object.entries(topics)) {
    const found = await api.get(`topics?q=${encodeURIComponent(word)}&limit=2`)
    sets[kind] = { items: found.json.items.map((topic: { id: string }) => topic.id), tier }
  }
  const values = Object.entries(fields).map(([name, value]) => [name, name === 'place_id' ? { value } : { value, tier }])
  const shown = { shown_name: { tier }, ...Object.fromEntries(values) }
  await api.patch('me/profile', { fields: shown, topics: sets }, mine.etag)
}

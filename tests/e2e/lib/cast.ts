// People in every situation that a page can show, made once for all tests that only look.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import { instance, mailedCode } from './instance'
import { join, signedIn, type Person, type Wanted } from './people'

const people = {
  /** has a full profile, a request to answer, one sent, one accepted, one withdrawn */
  member: {
    given: 'Amelia',
    family: 'Brandt',
    level: 3,
    tier: 'public',
    fields: {
      headline: 'Structural engineer, timber and hybrid buildings',
      about: 'Twenty years of timber structures.\nLooking for people who test joints under cyclic load.',
      organisation: 'Keller Tragwerk',
      title: 'Partner',
      country: 'CH',
      place: 'Zürich',
      languages: ['de', 'en']
    },
    topics: { expertise: 'wood', seeking: 'seismic', offering: 'structural', interest: 'glacier' }
  },
  friend: {
    given: 'Bruno',
    family: 'Castelli',
    level: 3,
    fields: {
      headline: 'Seismic testing of joints and connections',
      about: 'We shake things until they break, and write down how.\nGlad to look at unusual details before they are built.',
      organisation: 'Laboratory for Structures, Graz',
      title: 'Head of laboratory',
      country: 'AT',
      place: 'Graz',
      languages: ['de', 'en', 'it']
    },
    topics: { expertise: 'seismic', offering: 'structural', interest: 'wood' }
  },
  asker: {
    given: 'Clara',
    family: 'Novak',
    level: 2,
    fields: { headline: 'Bridges, mostly small ones', organisation: 'Novak & Partner', country: 'CZ', place: 'Brno' }
  },
  asked: { given: 'Dmitri', family: 'Petrov', level: 2 },
  /** not verified, nothing filled in */
  newcomer: { given: 'Emma', family: 'Lindqvist' },
  /** has entered everything for a case and not sent it */
  applicant: { given: 'Farid', family: 'Rahimi' },
  /** a verifier looks at the case */
  reviewed: { given: 'Greta', family: 'Olsen' },
  /** a verifier asked for something */
  questioned: { given: 'Hugo', family: 'Almeida' },
  refused: { given: 'Ines', family: 'Costa' },
  /** seems to be the same person as the one reviewed, so that the case is held */
  doubted: { given: 'Grete', family: 'Olsson' },
  /** a verifier proposed to meet */
  met: { given: 'Jonas', family: 'Weber' },
  /** a trusted referee recommended to approve; a second person has the case */
  referred: { given: 'Karin', family: 'Blom' },
  second: { given: 'Walter', family: 'Brandt', level: 2, roles: ['verifier'] },
  /** was refused and has appealed */
  objecting: { given: 'Jan', family: 'Kowalski' },
  verifier: { given: 'Viola', family: 'Marchand', level: 2, roles: ['verifier'] },
  admin: { given: 'Axel', family: 'Sommer', roles: ['admin'] }
} satisfies Record<string, Wanted>

export type Role = keyof typeof people
export type Cast = Record<Role, Person> & Cases
/** cases by what the page of each shows: one in review, one held, one with its meeting, one for a second person */
interface Cases {
  case: string
  held: string
  meeting: string
  confirming: string
}

const variable = 'AGORA_E2E_CAST'
export const cast = () => JSON.parse(process.env[variable] ?? '') as Cast

const why = 'Your work on joints under cyclic load is what our frames need; may I ask two questions?'

/** A case with claims and evidence, not sent; its id and version. They say that they are `stated`. */
async function draft(person: Person, stated = person): Promise<{ path: string; id: string; etag: string }> {
  const api = await signedIn(person)
  const begun = await api.post('cases', { level: 2 })
  const path = `cases/${begun.json.id}`
  const claims = {
    given_name: stated.given,
    family_name: stated.family,
    birthdate: '1980-05-17',
    x_profession: 'Engineer',
    x_licence_number: `AT-20417 ${stated.family}`,
    x_jurisdiction: 'AT'
  }
  await api.put(`${path}/claims`, claims, begun.etag)
  await api.post(`${path}/evidence`, {
    type: 'document',
    subtype: 'passport',
    document_number: `U 204 117 33 ${stated.family}`,
    issuer: 'Magistrat Graz',
    issuer_country: 'AT',
    date_of_issuance: '2022-06-14',
    date_of_expiry: '2032-06-13',
    note: 'Renewed after I married.'
  })
  const shown = await api.post(`${path}/evidence`, {
    type: 'electronic_record',
    subtype: 'x_professional_register',
    document_number: `AT-20417 ${stated.family}`,
    issuer: 'Chamber of Civil Engineers',
    issuer_country: 'AT'
  })
  return { path, id: begun.json.id, etag: shown.etag }
}

/** Cases in every state. */
async function makeCases(all: Record<Role, Person>): Promise<Cases> {
  const { applicant, reviewed, questioned, refused, doubted, met, referred, verifier } = all
  await draft(applicant)
  const vera = await signedIn(verifier)
  const taken: { id: string; path: string; etag: string; evidence: { id: string; type: string }[] }[] = []
  for (const person of [reviewed, questioned, refused, met, referred]) {
    const { path, id, etag } = await draft(person)
    await (await signedIn(person)).post(`${path}/submit`, undefined, etag)
    const next = await vera.post('cases/next')
    if (next.json.id !== id) throw new Error('another case was waiting before this one')
    taken.push({ id, path, etag: next.etag, evidence: next.json.evidence })
  }
  const [first, second, third, meeting, confirming] = taken
  if (!first || !second || !third || !meeting || !confirming) throw new Error('five cases were to be taken')
  const passport = first.evidence.find((item) => item.type === 'document')?.id
  await vera.post(`${first.path}/checks`, { evidence: passport, check_method: 'vri', result: 'passed', organization: 'Register of lost passports', note: 'Not listed.' })
  await vera.post(`${first.path}/checks`, { evidence: passport, check_method: 'pvr', result: 'cannot_tell' })
  await vera.post(`${second.path}/ask`, { reason_codes: ['unreadable_image'], text: 'Please show the page with your photograph.' }, second.etag)
  await vera.post(`${third.path}/decision`, { outcome: 'reject', reason_codes: ['cannot_bind'], public_text: 'The passport shows another person.' }, third.etag)
  const days = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString()
  await vera.post(`${meeting.path}/session`, { times: [days(3), days(4)], how: 'onsite', place: 'Schmiedgasse 2, Graz' }, meeting.etag)
  await recommend(all, confirming)
  const held = await draft(doubted, reviewed)
  await (await signedIn(doubted)).post(`${held.path}/submit`, undefined, held.etag)
  return { case: first.id, held: held.id, meeting: meeting.id, confirming: confirming.id }
}

/** As the trusted referee, recommend to approve; the second person takes it. */
async function recommend({ verifier, second }: Record<Role, Person>, one: { id: string; path: string; etag: string; evidence: { id: string; type: string }[] }): Promise<void> {
  const vera = await signedIn(verifier)
  let now = await vera.post(`${one.path}/referee`, { reason: 'evidence_unavailable', note: 'Her papers were lost in a fire; her employer came along.' }, one.etag)
  for (const item of one.evidence)
    now = await vera.post(`${one.path}/checks`, { evidence: item.id, check_method: item.type === 'document' ? 'vri' : 'data', result: 'passed' })
  await vera.post(`${one.path}/decision`, { outcome: 'approve', snapshot: now.json.snapshot, private_note: 'I know the employer.' }, now.etag)
  const taken = await (await signedIn(second)).post('cases/next')
  if (taken.json.id !== one.id) throw new Error('another case was waiting for a second person')
}

/** A request that names the friend as voucher, and one whose rejection is appealed. */
async function makeRedress({ asked, friend, objecting, verifier }: Record<Role, Person>): Promise<void> {
  const dmitri = await signedIn(asked)
  const vera = await signedIn(verifier)
  const begun = await dmitri.post('cases', { level: 3 })
  const path = `cases/${begun.json.id}`
  await dmitri.put(`${path}/claims`, { given_name: asked.given, family_name: asked.family, birthdate: '1979-02-03' }, begun.etag)
  await dmitri.post(`${path}/vouches`, { handle: friend.handle, message: 'We tested joints together in Graz.' })
  await dmitri.post(`${path}/submit`, undefined, (await dmitri.get(path)).etag)
  await vera.post('cases/next')
  const { path: refused, etag } = await draft(objecting)
  const jan = await signedIn(objecting)
  await jan.post(`${refused}/submit`, undefined, etag)
  const taken = await vera.post('cases/next')
  await vera.post(`${refused}/decision`, { outcome: 'reject', reason_codes: ['missing_evidence'], public_text: 'The register entry is missing.' }, taken.etag)
  await jan.post(`${refused}/appeal`, { text: 'The register entry is there.', access_need: true })
}

/** The code that is on its way to an address. */
async function code(address: string): Promise<string> {
  for (const end = Date.now() + 90_000; Date.now() < end; ) {
    const come = await mailedCode(address)
    if (come) return come
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`no message came to ${address}`)
}

/** A domain that the friend has proved, and a report about who was asked. */
async function makeProofs({ friend, asked }: Record<Role, Person>): Promise<void> {
  const bruno = await signedIn(friend)
  const work = 'bruno.castelli@structures.example.edu'
  await bruno.post('me/proofs/email', { email: work })
  await bruno.post('me/proofs/email/code', { code: await code(work) })
  const email = 'jo@elsewhere.example'
  await bruno.post('complaints', { email, name: 'Jo', handle: asked.handle, relation: 'myself', text: 'That is my name, and not me.' })
  await bruno.post('complaints/confirm', { email, code: await code(email) })
}

/** Introductions of the member in every box. */
async function makeIntroductions({ member, friend, asker, asked, verifier }: Record<Role, Person>): Promise<void> {
  const amelia = await signedIn(member)
  const ask = { ask: 'advice', why, time_asked: 'quarter_hour', offer: 'Our results for twelve dowel layouts' }
  await (await signedIn(asker)).post('introductions', { ...ask, to: member.handle })
  await amelia.post('introductions', { ...ask, to: asked.handle })
  const accepted = await (await signedIn(friend)).post('introductions', { ...ask, to: member.handle })
  await amelia.post(`introductions/${accepted.json.id}/accept`)
  const withdrawn = await amelia.post('introductions', { ...ask, to: verifier.handle })
  await amelia.post(`introductions/${withdrawn.json.id}/withdraw`)
}

export async function makeCast(): Promise<void> {
  // An instance that is used again has them already.
  const kept = pathOf(instance().var, 'cast.json')
  if (existsSync(kept)) {
    process.env[variable] = readFileSync(kept, 'utf8')
    return
  }
  const made: Partial<Record<Role, Person>> = {}
  for (const role of Object.keys(people) as Role[]) made[role] = await join(people[role])
  const all = made as Record<Role, Person>
  await makeIntroductions(all)
  process.env[variable] = JSON.stringify({ ...all, ...(await makeCases(all)) } satisfies Cast)
  await makeRedress(all)
  await makeProofs(all)
  writeFileSync(kept, process.env[variable])
}

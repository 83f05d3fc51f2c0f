// People in every situation that a page can show, made once for all tests that only look.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import { draft, recommend, refuse, taken, vouchAsked, type Taken } from './cases'
import { instance, mailedCode, sql } from './instance'
import { makeKept } from './kept'
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
      place_id: '2657896',
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
      place_id: '2778067',
      languages: ['de', 'en', 'it']
    },
    topics: { expertise: 'seismic', offering: 'structural', interest: 'wood' }
  },
  asker: {
    given: 'Clara',
    family: 'Novak',
    level: 2,
    fields: { headline: 'Bridges, mostly small ones', organisation: 'Novak & Partner', country: 'CZ', place: 'Brno', place_id: '3078610' }
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
  /** listed under a pseudonym */
  hidden: { given: 'Lena', family: 'Vogt', level: 2, topics: { expertise: 'acoustics', offering: 'structural' } },
  /** out of the directory for a month */
  away: { given: 'Milan', family: 'Horvat', level: 2, fields: { headline: 'Tunnels and shafts', country: 'HR' } },
  verifier: { given: 'Viola', family: 'Marchand', level: 2, roles: ['verifier'] },
  admin: { given: 'Axel', family: 'Sommer', roles: ['admin'] }
} satisfies Record<string, Wanted>

export type Role = keyof typeof people
export type Cast = Record<Role, Person> & Cases & Kept
/** cases by what the page of each shows: one in review, one held, one with its meeting, one for a second person */
interface Cases {
  case: string
  held: string
  meeting: string
  confirming: string
}

/** the handle that one of them has while listed under a pseudonym */
interface Kept {
  pseudonym: string
}

const variable = 'AGORA_E2E_CAST'
export const cast = () => JSON.parse(process.env[variable] ?? '') as Cast

const why = 'Your work on joints under cyclic load is what our frames need; may I ask two questions?'

/** Cases in every state. */
async function makeCases(all: Record<Role, Person>): Promise<Cases> {
  const { applicant, reviewed, questioned, refused, doubted, met, referred, verifier } = all
  await draft(applicant)
  const vera = await signedIn(verifier)
  const cases: Taken[] = []
  for (const person of [reviewed, questioned, refused, met, referred]) cases.push(await taken(person, verifier))
  const [first, second, third, meeting, confirming] = cases
  if (!first || !second || !third || !meeting || !confirming) throw new Error('five cases were to be taken')
  const passport = first.evidence.find((item) => item.type === 'document')?.id
  await vera.post(`${first.path}/checks`, { evidence: passport, check_method: 'vri', result: 'passed', organization: 'Register of lost passports', note: 'Not listed.' })
  await vera.post(`${first.path}/checks`, { evidence: passport, check_method: 'pvr', result: 'cannot_tell' })
  await vera.post(`${second.path}/ask`, { reason_codes: ['unreadable_image'], text: 'Please show the page with your photograph.' }, second.etag)
  await vera.post(`${third.path}/decision`, { outcome: 'reject', reason_codes: ['cannot_bind'], public_text: 'The passport shows another person.' }, third.etag)
  const days = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString()
  await vera.post(`${meeting.path}/session`, { times: [days(3), days(4)], how: 'onsite', place: 'Schmiedgasse 2, Graz' }, meeting.etag)
  await recommend(verifier, all.second, confirming)
  const held = await draft(doubted, reviewed)
  await (await signedIn(doubted)).post(`${held.path}/submit`, undefined, held.etag)
  return { case: first.id, held: held.id, meeting: meeting.id, confirming: confirming.id }
}

/** A request that names the friend as voucher, and one whose rejection is appealed. */
async function makeRedress({ asked, friend, objecting, verifier }: Record<Role, Person>): Promise<void> {
  await vouchAsked(asked, friend, verifier, 'We tested joints together in Graz.')
  const refused = await taken(objecting, verifier)
  await refuse(verifier, refused)
  await (await signedIn(objecting)).post(`${refused.path}/appeal`, { text: 'The register entry is there.', access_need: true })
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
  // However long a busy machine takes, who only looks stays signed in.
  await sql("update agora.policy set value = '86400' where key = 'session.idle_role'")
  const made: Partial<Record<Role, Person>> = {}
  for (const role of Object.keys(people) as Role[]) made[role] = await join(people[role])
  const all = made as Record<Role, Person>
  await makeIntroductions(all)
  process.env[variable] = JSON.stringify({ ...all, ...(await makeCases(all)), pseudonym: await makeKept(all) } satisfies Cast)
  await makeRedress(all)
  await makeProofs(all)
  writeFileSync(kept, process.env[variable])
}

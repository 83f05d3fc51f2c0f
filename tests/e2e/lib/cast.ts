// People in every situation that a page can show, made once for all tests that only look.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import { instance } from './instance'
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
  verifier: { given: 'Viola', family: 'Marchand', level: 2, roles: ['verifier'] },
  admin: { given: 'Axel', family: 'Sommer', roles: ['admin'] }
} satisfies Record<string, Wanted>

export type Role = keyof typeof people
export type Cast = Record<Role, Person> & { case: string }

const variable = 'AGORA_E2E_CAST'
export const cast = () => JSON.parse(process.env[variable] ?? '') as Cast

const why = 'Your work on joints under cyclic load is what our frames need; may I ask two questions?'

/** A case with claims and evidence, not sent; its id and version. */
async function draft(person: Person): Promise<{ path: string; id: string; etag: string }> {
  const api = await signedIn(person)
  const begun = await api.post('cases', { level: 2 })
  const path = `cases/${begun.json.id}`
  const claims = {
    given_name: person.given,
    family_name: person.family,
    birthdate: '1980-05-17',
    x_profession: 'Engineer',
    x_licence_number: 'AT-20417',
    x_jurisdiction: 'AT'
  }
  await api.put(`${path}/claims`, claims, begun.etag)
  await api.post(`${path}/evidence`, {
    type: 'document',
    subtype: 'passport',
    document_number: `U 204 117 33 ${person.family}`,
    issuer: 'Magistrat Graz',
    issuer_country: 'AT',
    date_of_issuance: '2022-06-14',
    date_of_expiry: '2032-06-13',
    note: 'Renewed after I married.'
  })
  const shown = await api.post(`${path}/evidence`, {
    type: 'electronic_record',
    subtype: 'x_professional_register',
    document_number: 'AT-20417',
    issuer: 'Chamber of Civil Engineers',
    issuer_country: 'AT'
  })
  return { path, id: begun.json.id, etag: shown.etag }
}

/** Cases in every state; gives the id of the one in review. */
async function makeCases({ applicant, reviewed, questioned, refused, verifier }: Record<Role, Person>): Promise<string> {
  await draft(applicant)
  const vera = await signedIn(verifier)
  const taken: { id: string; path: string; etag: string; evidence: { id: string; type: string }[] }[] = []
  for (const person of [reviewed, questioned, refused]) {
    const { path, id, etag } = await draft(person)
    await (await signedIn(person)).post(`${path}/submit`, undefined, etag)
    const next = await vera.post('cases/next')
    if (next.json.id !== id) throw new Error('another case was waiting before this one')
    taken.push({ id, path, etag: next.etag, evidence: next.json.evidence })
  }
  const [first, second, third] = taken
  if (!first || !second || !third) throw new Error('three cases were to be taken')
  const passport = first.evidence.find((item) => item.type === 'document')?.id
  await vera.post(`${first.path}/checks`, { evidence: passport, check_method: 'vri', result: 'passed', organization: 'Register of lost passports', note: 'Not listed.' })
  await vera.post(`${first.path}/checks`, { evidence: passport, check_method: 'pvr', result: 'cannot_tell' })
  await vera.post(`${second.path}/ask`, { reason_codes: ['unreadable_image'], text: 'Please show the page with your photograph.' }, second.etag)
  await vera.post(`${third.path}/decision`, { outcome: 'reject', reason_codes: ['cannot_bind'], public_text: 'The passport shows another person.' }, third.etag)
  return first.id
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
  process.env[variable] = JSON.stringify({ ...all, case: await makeCases(all) } satisfies Cast)
  writeFileSync(kept, process.env[variable])
}

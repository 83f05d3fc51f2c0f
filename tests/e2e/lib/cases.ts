// Cases that tests need, made as members and verifiers would make them.
import { alone } from './alone'
import { signedIn, type Person } from './people'

/** A case that was sent and taken by a verifier. */
export interface Taken {
  id: string
  path: string
  etag: string
  evidence: { id: string; type: string }[]
}

/** A case with claims and evidence, not sent; its id and version. They say that they are `stated`. */
export async function draft(person: Person, stated = person): Promise<{ path: string; id: string; etag: string }> {
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

/** Send a case that is not sent, and let the verifier take it. */
export function sendAndTake(person: Person, verifier: Person, { path, id }: { path: string; id: string }): Promise<Taken> {
  return alone('queue', async () => {
    const api = await signedIn(person)
    await api.post(`${path}/submit`, undefined, (await api.get(path)).etag)
    const next = await (await signedIn(verifier)).post('cases/next')
    if (next.json.id !== id) throw new Error('another case was waiting before this one')
    return { id, path, etag: next.etag, evidence: next.json.evidence }
  })
}

/** A case of the person that the verifier has taken. */
export const taken = async (person: Person, verifier: Person): Promise<Taken> =>
  sendAndTake(person, verifier, await draft(person))

/** A case that asks a member to vouch, taken by the verifier. */
export async function vouchAsked(person: Person, voucher: Person, verifier: Person, message?: string): Promise<void> {
  const api = await signedIn(person)
  const { json, etag } = await api.post('cases', { level: 3 })
  const path = `cases/${json.id}`
  await api.put(`${path}/claims`, { given_name: person.given, family_name: person.family, birthdate: '1979-02-03' }, etag)
  await api.post(`${path}/vouches`, { handle: voucher.handle, ...(message ? { message } : {}) })
  await sendAndTake(person, verifier, { path, id: json.id })
}

/** What a verifier did with the evidence, enough to approve; the case after it. */
export async function checked(verifier: Person, { path, evidence }: Taken) {
  const vera = await signedIn(verifier)
  let now = await vera.get(path)
  for (const item of evidence)
    for (const check_method of item.type === 'document' ? ['vri', 'pvr'] : ['data'])
      now = await vera.post(`${path}/checks`, { evidence: item.id, check_method, result: 'passed' })
  return now
}

/** As the trusted referee, recommend to approve; the second person takes it. */
export async function recommend(verifier: Person, second: Person, one: Taken): Promise<void> {
  const vera = await signedIn(verifier)
  let now = await vera.post(`${one.path}/referee`, { reason: 'evidence_unavailable', note: 'Her papers were lost in a fire; her employer came along.' }, one.etag)
  for (const item of one.evidence)
    now = await vera.post(`${one.path}/checks`, { evidence: item.id, check_method: item.type === 'document' ? 'vri' : 'data', result: 'passed' })
  await alone('queue', async () => {
    await vera.post(`${one.path}/decision`, { outcome: 'approve', snapshot: now.json.snapshot, private_note: 'I know the employer.' }, now.etag)
    const got = await (await signedIn(second)).post('cases/next')
    if (got.json.id !== one.id) throw new Error('another case was waiting for a second person')
  })
}

/** Refuse it for something that is missing. */
export async function refuse(verifier: Person, one: Taken): Promise<void> {
  const reasons = { reason_codes: ['missing_evidence'], public_text: 'The register entry is missing.' }
  await (await signedIn(verifier)).post(`${one.path}/decision`, { outcome: 'reject', ...reasons }, one.etag)
}

// What a member does with their own case; each answer replaces what was known of it.
import { api, data, type Attempt } from '../../lib/api/client'
import { queryKeys } from '../../lib/api/keys'
import { myVerificationQuery, type Schema } from '../../lib/api/queries'
import { cache } from '../../lib/query.svelte'

type Case = Schema['Case']

/** Read everything about the own verification anew, so that the next page begins from it. */
async function renewed(): Promise<void> {
  cache.put(myVerificationQuery(), await data(api.GET('/api/v1/me/verification')))
  cache.invalidate(queryKeys.cases)
}

/** @param referee why the member asks for a trusted referee; empty: they do not */
export async function begin(level: number, referee: string, attempt: Attempt): Promise<void> {
  const body = referee ? { level, referee } : { level }
  const header = { 'Idempotency-Key': attempt.key(body) }
  await data(api.POST('/api/v1/cases', { params: { header }, body }))
  await renewed()
}

/** The version to change is the one that was shown, so that nothing is overwritten unseen. */
export const etagOf = (vcase: Case) => `"${vcase.version}"`

export async function stateClaims(vcase: Case, claims: Record<string, string>): Promise<void> {
  await data(
    api.PUT('/api/v1/cases/{id}/claims', {
      params: { path: { id: vcase.id }, header: { 'If-Match': etagOf(vcase) } },
      body: claims
    })
  )
  await renewed()
}

export async function addEvidence(
  vcase: Case,
  body: Schema['EvidenceInput'],
  attempt: Attempt
): Promise<void> {
  const header = { 'Idempotency-Key': attempt.key(body) }
  await data(api.POST('/api/v1/cases/{id}/evidence', { params: { path: { id: vcase.id }, header }, body }))
  await renewed()
}

export async function removeEvidence(vcase: Case, evidence: string): Promise<void> {
  await data(
    api.DELETE('/api/v1/cases/{id}/evidence/{evidence}', { params: { path: { id: vcase.id, evidence } } })
  )
  await renewed()
}

export async function submit(vcase: Case): Promise<void> {
  await data(
    api.POST('/api/v1/cases/{id}/submit', {
      params: { path: { id: vcase.id }, header: { 'If-Match': etagOf(vcase) } }
    })
  )
  await renewed()
}

export async function withdraw(vcase: Case): Promise<void> {
  await data(api.POST('/api/v1/cases/{id}/withdraw', { params: { path: { id: vcase.id } } }))
  await renewed()
}

export async function chooseTime(vcase: Case, time: string): Promise<void> {
  const header = { 'If-Match': etagOf(vcase) }
  await data(
    api.POST('/api/v1/cases/{id}/session/choice', {
      params: { path: { id: vcase.id }, header },
      body: { time }
    })
  )
  await renewed()
}

export async function callOff(vcase: Case): Promise<void> {
  const header = { 'If-Match': etagOf(vcase) }
  await data(
    api.POST('/api/v1/cases/{id}/session/end', {
      params: { path: { id: vcase.id }, header },
      body: { outcome: 'called_off' }
    })
  )
  await renewed()
}

// What an admin does with the evidence policy.
import { api, data, versioned } from '../../lib/api/client'
import { queryKeys } from '../../lib/api/keys'
import { policiesQuery, type Schema } from '../../lib/api/queries'
import { cache } from '../../lib/query.svelte'

export type PolicyContent = Schema['Policy']
export const strengths = ['none', 'fair', 'strong', 'superior'] as const

export async function saveDraft(policy: PolicyContent, note: string, etag: string | undefined) {
  const body = note.trim() ? { policy, note: note.trim() } : { policy }
  const headers = etag ? { 'If-Match': etag } : {}
  await versioned(api.PUT('/api/v1/admin/policies/draft', { body, headers }))
  cache.invalidate(queryKeys.policies)
}

export async function simulate(number: number) {
  await data(api.POST('/api/v1/admin/policies/{id}/simulate', { params: { path: { id: String(number) } } }))
  // Read before it is gone to: what comes of it stands below the form.
  cache.put(policiesQuery(), await policiesQuery().read())
}

export async function askToPublish(number: number, version: number, reason: string) {
  const params = { path: { id: String(number) }, header: { 'If-Match': `"${version}"` } }
  await data(api.POST('/api/v1/admin/policies/{id}/publish', { params, body: { reason } }))
  cache.invalidate(queryKeys.policies)
}

import { beforeEach, expect, test, vi } from 'vitest'
import { api, Attempt, data, versioned } from '../src/lib/api/client'
import { Problem } from '../src/lib/api/problem'
import { session } from '../src/lib/session.svelte'
import { answering, problem } from './answer'

const account = {
  id: '0190abcd-0000-7000-8000-000000000001',
  handle: 'maria',
  shown_name: 'Maria',
  email: 'maria@example.org',
  roles: ['member' as const],
  level: 2
}
const answer = { account, expires_at: '2099-01-01T00:00:00Z' }

beforeEach(() => session.forget())

test('an answer that is no success becomes a problem with its fields', async () => {
  answering(() => problem(422, 'invalid-field', { errors: [{ pointer: '/why', detail: 'Too short.' }] }))
  const failure = await data(api.GET('/api/v1/introductions/quota')).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Problem)
  const { status, kind, fields, requestId } = failure as Problem
  expect({ status, kind, fields, requestId }).toEqual({
    status: 422,
    kind: 'invalid-field',
    fields: [{ pointer: '/why', detail: 'Too short.' }],
    requestId: 'request-1'
  })
})

test('no answer at all is a problem that may pass', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  const failure = await data(api.GET('/api/v1/instance')).catch((error: unknown) => error)
  expect((failure as Problem).passing).toBe(true)
  expect((failure as Problem).sentence).toContain('Nothing was lost')
})

test('the version to name in a change comes with what was read', async () => {
  answering(() => ({ body: { handle: 'maria' }, headers: { ETag: '"7"' } }))
  expect((await versioned(api.GET('/api/v1/me/profile'))).etag).toBe('"7"')
})

test('several values of a filter repeat its name', async () => {
  const sent = answering(() => ({ body: { items: [] } }))
  await api.GET('/api/v1/members', { params: { query: { q: 'dust', topic: ['T1', 'T2'] } } })
  expect(sent[0]?.query.getAll('topic')).toEqual(['T1', 'T2'])
})

test('a session that ended is renewed once for all that wait, and each is sent again with its body', async () => {
  session.set(answer)
  let renewed = false
  const sent = answering(() => (renewed ? { body: { open: 0 } } : problem(401, 'unauthenticated')))
  const body = { to: 'jonas', ask: 'advice' as const, why: 'twenty characters are needed' }
  const first = data(
    api.POST('/api/v1/introductions', { params: { header: { 'Idempotency-Key': 'k' } }, body })
  )
  const second = data(api.GET('/api/v1/introductions/quota'))
  await vi.waitFor(() => expect(sent.length).toBe(2))
  expect(session.asking).toBe(true)
  renewed = true
  session.set(answer)
  await Promise.all([first, second])
  expect(session.asking).toBe(false)
  expect(sent.length).toBe(4)
  expect(sent.filter((one) => one.method === 'POST').map((one) => one.body)).toEqual([body, body])
})

test('who does not sign in again gets the refusal', async () => {
  session.set(answer)
  answering(() => problem(401, 'unauthenticated'))
  const waiting = data(api.GET('/api/v1/introductions/quota')).catch((error: unknown) => error)
  await vi.waitFor(() => expect(session.asking).toBe(true))
  session.forget()
  expect(((await waiting) as Problem).status).toBe(401)
})

test('a wrong password is an answer, not the end of a session', async () => {
  answering(() => problem(401, 'unauthenticated'))
  const body = { email: 'maria@example.org', password: 'wrong' }
  const failure = await data(api.POST('/api/v1/session', { body })).catch((error: unknown) => error)
  expect((failure as Problem).status).toBe(401)
  expect(session.asking).toBe(false)
})

test('the same request repeats its key, another has another', () => {
  const attempt = new Attempt()
  const key = attempt.key({ a: 1 })
  expect(attempt.key({ a: 1 })).toBe(key)
  expect(attempt.key({ a: 2 })).not.toBe(key)
})

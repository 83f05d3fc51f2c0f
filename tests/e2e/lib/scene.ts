// What has to be there before some pages can be looked at; made through the interface, once an instance.
import type { APIResponse, Page } from '@playwright/test'
import { instance } from './instance'
import { expect, type People } from './test'

const root = () => `${instance().url}/api/v1`

interface Answer {
  json: Record<string, unknown>
  etag: string
}

/** Send what a page of ours would send. */
async function send(page: Page, method: string, path: string, data?: unknown, etag = ''): Promise<Answer> {
  const answer: APIResponse = await page.request.fetch(`${root()}/${path}`, {
    method,
    ...(data === undefined ? {} : { data }),
    headers: {
      Origin: instance().url,
      'Idempotency-Key': crypto.randomUUID(),
      ...(etag ? { 'If-Match': etag } : {})
    }
  })
  expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true)
  const text = await answer.text()
  return { json: (text ? JSON.parse(text) : {}) as Answer['json'], etag: answer.headers().etag ?? '' }
}

/** Jonas asks for the next level, Vera has taken the case and made a first check. */
export async function caseInReview(people: People): Promise<void> {
  const jonas = await people.signedIn('second_member')
  const mine = await send(jonas, 'GET', 'me/verification')
  if (mine.json.case) return
  const begun = await send(jonas, 'POST', 'cases', { level: 3 })
  const path = `cases/${String(begun.json.id)}`
  await send(
    jonas,
    'PUT',
    `${path}/claims`,
    {
      given_name: 'Jonas',
      family_name: 'Weber',
      birthdate: '1979-11-03',
      x_profession: 'Civil engineer',
      x_licence_number: 'AT-20417',
      x_jurisdiction: 'AT'
    },
    begun.etag
  )
  await send(jonas, 'POST', `${path}/evidence`, {
    type: 'document',
    subtype: 'passport',
    document_number: 'U 204 117 33',
    issuer: 'Magistrat Graz',
    issuer_country: 'AT',
    date_of_issuance: '2022-06-14',
    date_of_expiry: '2032-06-13'
  })
  const shown = await send(jonas, 'POST', `${path}/evidence`, {
    type: 'electronic_record',
    subtype: 'x_professional_register',
    document_number: 'AT-20417',
    issuer: 'Chamber of Civil Engineers',
    issuer_country: 'AT'
  })
  await send(jonas, 'POST', `${path}/submit`, undefined, shown.etag)
  const vera = await people.signedIn('verifier')
  const taken = await send(vera, 'POST', 'cases/next')
  const [passport] = taken.json.evidence as { id: string }[]
  await send(vera, 'POST', `${path}/checks`, { evidence: passport?.id, check_method: 'vri', result: 'passed' })
}

/** Maria has asked Jonas, and an example member has asked Maria. */
export async function introductionsWaiting(people: People): Promise<void> {
  const maria = await people.signedIn('member')
  const sent = await send(maria, 'GET', 'introductions?box=sent')
  if ((sent.json.items as unknown[]).length === 0)
    await send(maria, 'POST', 'introductions', {
      to: 'jonas-weber',
      ask: 'second_opinion',
      why: 'I am designing joints for a five-storey timber frame and would value your view on their cyclic behaviour.',
      time_asked: 'quarter_hour',
      offer: 'Our test results for twelve dowel layouts'
    })
  const vera = await people.signedIn('verifier')
  const asked = await send(vera, 'GET', 'introductions?box=sent')
  if ((asked.json.items as unknown[]).length === 0)
    await send(vera, 'POST', 'introductions', {
      to: 'maria-keller',
      ask: 'speak',
      why: 'We are planning an evening on building with wood in spring and would love to hear about your first tall timber frame.',
      time_asked: 'ongoing'
    })
}

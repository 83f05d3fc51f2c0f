// The one way to the server. Types come from docs/openapi.yaml; answers that are not a success become a
// Problem; a session that ended is renewed in place and the request sent again.
import createClient from 'openapi-fetch'
import type { paths } from './schema'
import { Problem } from './problem'
import { language } from '../i18n/index.svelte'
import { session } from '../session.svelte'

const anonymous = (request: Request) =>
  request.method === 'POST' && new URL(request.url).pathname === '/api/v1/session'

async function send(request: Request): Promise<Response> {
  // The language chosen in the app; without a choice the browser tells its own.
  if (language.chosen) request.headers.set('Accept-Language', language.chosen)
  try {
    return await globalThis.fetch(request)
  } catch {
    throw new Problem(0)
  }
}

/** fetch, with sign-in in place: what was being done when the session ended is not lost. */
async function fetchSignedIn(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await send(request)
  if (response.status !== 401 || anonymous(request) || !session.account) return response
  return (await session.renew()) ? send(again) : response
}

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  fetch: fetchSignedIn,
  querySerializer: { array: { style: 'form', explode: true } }
})

interface Result<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The data of an answer; throws a Problem when it is not a success. */
export async function data<T>(result: Promise<Result<T>>): Promise<T> {
  return (await versioned(result)).data
}

/** The data with the ETag that a later change has to name. */
export async function versioned<T>(result: Promise<Result<T>>): Promise<{ data: T; etag: string }> {
  const { data, error, response } = await result
  if (!response.ok) throw Problem.from(response, error)
  return { data: data as T, etag: response.headers.get('ETag') ?? '' }
}

/** One key for one request: repeating the same body repeats the key, so nothing is done twice. */
export class Attempt {
  #body = ''
  #key = ''

  key(body: unknown): string {
    const text = JSON.stringify(body)
    if (text !== this.#body || this.#key === '') {
      this.#body = text
      this.#key = crypto.randomUUID()
    }
    return this.#key
  }
}

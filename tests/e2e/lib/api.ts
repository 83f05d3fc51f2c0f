// The interface of /api/v1 as a signed-in person, for what a test needs but is not about.
import { request, type APIRequestContext, type BrowserContextOptions } from '@playwright/test'
import { instance } from './instance'

/** cookies, and what an app remembers */
export type State = Exclude<BrowserContextOptions['storageState'], string | undefined>

export interface Answer {
  // Bodies are described by docs/openapi.yaml and held against it by the API tests.
  json: any
  etag: string
}

/** Of somebody who is signed in; every answer that is not a success throws. */
export class Api {
  private constructor(readonly context: APIRequestContext) {}

  /** In a session that there is. */
  static async of(storageState?: State): Promise<Api> {
    const { url } = instance()
    const given = storageState ? { storageState } : {}
    return new Api(await request.newContext({ baseURL: url, extraHTTPHeaders: { Origin: url }, ...given }))
  }

  static async signIn(email: string, password: string): Promise<Api> {
    const api = await Api.of()
    await api.send('POST', 'session', { email, password })
    return api
  }

  get = (path: string) => this.send('GET', path)
  post = (path: string, body?: unknown, etag?: string) => this.send('POST', path, body, etag)
  put = (path: string, body: unknown, etag?: string) => this.send('PUT', path, body, etag)
  patch = (path: string, body: unknown, etag: string) => this.send('PATCH', path, body, etag)

  private async send(method: string, path: string, body?: unknown, etag?: string): Promise<Answer> {
    const answer = await this.context.fetch(`/api/v1/${path}`, {
      method,
      headers: {
        ...(method === 'POST' ? { 'Idempotency-Key': crypto.randomUUID() } : {}),
        ...(body === undefined
          ? {}
          : { 'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }),
        ...(etag ? { 'If-Match': etag } : {})
      },
      ...(body === undefined ? {} : { data: JSON.stringify(body) })
    })
    const text = await answer.text()
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text}`)
    return { json: text ? JSON.parse(text) : null, etag: answer.headers().etag ?? '' }
  }
}

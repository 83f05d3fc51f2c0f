// Answers of the server for a test, by method and path; a test sees what was sent.
import { vi } from 'vitest'

export interface Sent {
  method: string
  path: string
  query: URLSearchParams
  headers: Headers
  body: unknown
}
type Answer = { status?: number; body?: unknown; headers?: Record<string, string> }

/** Let fetch be answered by a function; gives the list of what was sent. */
export function answering(answer: (sent: Sent) => Answer | Promise<Answer>): Sent[] {
  const all: Sent[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url)
    const text = await request.text()
    const sent: Sent = {
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: text ? JSON.parse(text) : undefined
    }
    all.push(sent)
    const { status = 200, body, headers = {} } = await answer(sent)
    const type = status >= 400 ? 'application/problem+json' : 'application/json'
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { 'Content-Type': type, ...headers }
    })
  })
  return all
}

export const problem = (status: number, kind: string, more: Record<string, unknown> = {}): Answer => ({
  status,
  body: { type: `/errors/${kind}`, title: kind, status, instance: 'request-1', ...more }
})

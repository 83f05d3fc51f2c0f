// What went wrong, as one kind of error for the whole app: RFC 9457 from the server, or no answer.
import type { components } from './schema'
import { moment, t, textOf } from '../i18n/index.svelte'

type ProblemBody = components['schemas']['Problem']

export class Problem extends Error {
  readonly status: number
  /** Last part of the type: not-found, changed, invalid-field …; offline when there was no answer. */
  readonly kind: string
  readonly detail: string
  readonly requestId: string
  readonly fields: { pointer: string; detail: string }[]
  readonly retryAfter: number | null

  constructor(status: number, body: Partial<ProblemBody> = {}, retryAfter: number | null = null) {
    const kind = body.type?.split('/').pop() || (status === 0 ? 'offline' : `status-${status}`)
    super(body.title ?? kind)
    this.name = 'Problem'
    this.status = status
    this.kind = kind
    this.detail = body.detail ?? body.title ?? ''
    this.requestId = body.instance ?? ''
    this.fields = body.errors ?? []
    this.retryAfter = retryAfter
  }

  /** From an answer that is not a success. */
  static from(response: Response, body: unknown): Problem {
    const known = typeof body === 'object' && body !== null ? (body as Partial<ProblemBody>) : {}
    const wait = Number(response.headers.get('Retry-After'))
    return new Problem(response.status, known, Number.isFinite(wait) && wait > 0 ? wait : null)
  }

  /** Whether the same request may succeed a little later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 503
  }

  /** A sentence for the person: what happened and what to do. */
  get sentence(): string {
    if (this.kind === 'people-seen' && this.retryAfter !== null)
      return this.retryAfter <= 600
        ? t('problem.seenPause', { count: this.retryAfter })
        : t('problem.seenDay', { when: moment(new Date(Date.now() + this.retryAfter * 1000).toISOString()) })
    const ours = textOf(`problem.${this.kind}`)
    if (this.retryAfter !== null && this.status === 429)
      return t('problem.wait', { minutes: Math.max(1, Math.ceil(this.retryAfter / 60)) })
    return this.detail || ours || t('problem.unknown')
  }
}

export const problemOf = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(0, { detail: t('problem.unknown') })

// Sending files in parts. After each part the server says where the next one begins; when the connection
// is lost the upload waits, asks and goes on from there, and after a reload it goes on as soon as the same
// file is chosen again. Uploads live here, not in a page, so that one can go on while another is filled in.
import { api, Attempt, data } from '../api/client'
import { Problem, problemOf } from '../api/problem'
import { renewFiles, type EvidenceFile } from './files'

const partLength = 256 * 1024
const pauses = [1_000, 2_000, 5_000, 10_000, 20_000]

/** Until the time is over, or the browser says that it is online again. */
const rest = (ms: number) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener('online', done)
  })

export class Upload {
  sent = $state(0)
  state = $state<'sending' | 'waiting' | 'failed' | 'done'>('sending')
  error = $state('')
  id: string | null
  #failures = 0
  #stopped = false
  #attempt = new Attempt()

  constructor(
    readonly file: File,
    readonly vcase: string,
    readonly evidence: string,
    begun?: EvidenceFile
  ) {
    this.id = begun?.id ?? null
    this.sent = begun?.offset ?? 0
  }

  async run(): Promise<void> {
    this.state = 'sending'
    while (!this.#stopped)
      try {
        await this.#send()
        this.state = 'done'
        break
      } catch (error) {
        if (!(error instanceof Problem && error.passing)) {
          this.state = 'failed'
          this.error = problemOf(error).sentence
          break
        }
        this.state = 'waiting'
        await rest(pauses[Math.min(this.#failures++, pauses.length - 1)] ?? 0)
      }
    renewFiles(this.vcase)
  }

  stop(): void {
    this.#stopped = true
  }

  async #send(): Promise<void> {
    await this.#find()
    while (this.sent < this.file.size && !this.#stopped) {
      await this.#part()
      this.state = 'sending'
      this.#failures = 0
    }
  }

  /** Announce it, or ask how much of it has come. */
  async #find(): Promise<void> {
    if (this.id) {
      const known = api.GET('/api/v1/files/{id}', { params: { path: { id: this.id } } })
      this.sent = (await data(known)).offset
      return
    }
    const body = { evidence: this.evidence, name: this.file.name.slice(0, 200), length: this.file.size }
    const header = { 'Idempotency-Key': this.#attempt.key(body) }
    const made = api.POST('/api/v1/cases/{id}/files', { params: { path: { id: this.vcase }, header }, body })
    this.id = (await data(made)).id
    renewFiles(this.vcase)
  }

  async #part(): Promise<void> {
    const piece = this.file.slice(this.sent, this.sent + partLength)
    const { response, error } = await api.PATCH('/api/v1/files/{id}', {
      params: { path: { id: this.id ?? '' }, header: { 'Upload-Offset': this.sent } },
      headers: { 'Content-Type': 'application/offset+octet-stream' },
      body: piece as unknown as string,
      bodySerializer: () => piece
    })
    // 409 with an offset: the part before was stored although its answer did not come.
    const next = response.headers.get('Upload-Offset')
    if (next === null) throw Problem.from(response, error)
    this.sent = Number(next)
  }
}

class Uploads {
  all = $state<Upload[]>([])

  begin(upload: Upload): void {
    this.all = [...this.all.filter((one) => one.state !== 'done'), upload]
    const kept = this.all.at(-1)
    void kept?.run().then(() => {
      if (kept.state === 'done') this.forget(kept)
    })
  }

  of = (evidence: string) => this.all.filter((one) => one.evidence === evidence)

  forget(upload: Upload): void {
    upload.stop()
    this.all = this.all.filter((one) => one !== upload)
  }
}

export const uploads = new Uploads()

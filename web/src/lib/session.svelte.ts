// Who is signed in. Held for all tabs: signing in or out in one is told to the others. When the server
// says the session has ended, renew() asks for the password in place and what was being done goes on.
import type { components } from './api/schema'

type SessionBody = components['schemas']['Session']
type Answer = { data?: SessionBody; response: Response }
export type Account = SessionBody['account']
type Role = Account['roles'][number]

const hint = 'signed-in'
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('agora-session') : null

class Session {
  account = $state<Account | null>(null)
  expiresAt = $state<number | null>(null)
  /** loading until the server has said who we are */
  phase = $state<'loading' | 'out' | 'in'>('loading')
  /** The server could not say who we are; asked again until it can. */
  away = $state(false)
  /** set while the person is asked to sign in again */
  asking = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined
  #answer: ((renewed: boolean) => void) | null = null
  #renewal: Promise<boolean> | null = null
  #ask: () => Promise<Answer> = () => Promise.reject(new Error('not started'))

  /** Ask the server who we are; not at all on a device where nobody signed in. */
  async start(ask: () => Promise<Answer>): Promise<void> {
    this.#ask = ask
    // What was stored may reach the other tabs later than the message does: signing out is said as such.
    channel?.addEventListener(
      'message',
      ({ data }) => void (data === 'out' ? this.forget(false) : this.#read())
    )
    await this.#read()
  }

  async #read(): Promise<void> {
    if (localStorage.getItem(hint) === null) return this.forget(false)
    try {
      const { data, response } = await this.#ask()
      if (data) this.set(data, false)
      else if (response.status === 401) this.forget(false)
      else this.#later()
    } catch {
      this.#later()
    }
  }

  /** Nobody is taken for a stranger because the service is away. */
  #later(): void {
    this.away = this.account === null
    clearTimeout(this.#timer)
    if (this.away) this.#timer = setTimeout(() => void this.#read(), 2000 + Math.random() * 2000)
  }

  /** Take over what the server answered to a sign-in. */
  set(answer: SessionBody, tell = true): void {
    this.account = answer.account
    this.expiresAt = new Date(answer.expires_at).getTime()
    this.phase = 'in'
    this.away = false
    localStorage.setItem(hint, '1')
    if (tell) channel?.postMessage('in')
    this.#settle(true)
  }

  forget(tell = true): void {
    this.account = null
    this.expiresAt = null
    this.phase = 'out'
    this.away = false
    localStorage.removeItem(hint)
    if (tell) channel?.postMessage('out')
    this.#settle(false)
  }

  /** Ask for the password in place; true when the person signed in again. Asked once for many requests. */
  renew(): Promise<boolean> {
    this.#renewal ??= new Promise((resolve) => {
      this.#answer = resolve
      this.asking = true
    })
    return this.#renewal
  }

  #settle(renewed: boolean): void {
    this.#answer?.(renewed)
    this.#answer = null
    this.#renewal = null
    this.asking = false
  }

  /** Whether a page for these is open to the person; staff have any role. */
  may(who: 'member' | 'verifier' | 'admin' | 'staff'): boolean {
    if (who === 'member') return true
    return who === 'staff' ? (this.account?.roles ?? []).some((role) => role !== 'member') : this.is(who)
  }

  is(role: Role): boolean {
    return this.account?.roles.includes(role) ?? false
  }
}

export const session = new Session()

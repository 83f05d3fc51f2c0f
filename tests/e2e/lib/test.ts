// What every test has: pages of people in browsers of their own, and the rule that nothing goes wrong
// unseen: no error or warning in the console (where a violation of the content security policy stands too),
// no exception, no request that fails. A test that means something to fail says so by faults.expect().
import { test as base, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test'
import { setTimeout as wait } from 'node:timers/promises'
import { instance } from './instance'
import { join, type Person, type Wanted } from './people'

export { expect } from '@playwright/test'

/** Answers come up to so many milliseconds late, each by chance: what only holds while they are quick fails. */
const late = Number(process.env.AGORA_E2E_LATE ?? 0)

export class Faults {
  readonly #seen: string[] = []
  readonly #expected: RegExp[] = []

  /** An answer of this status, or no answer, is part of the test. */
  expect(status: number | 'offline'): void {
    if (status === 'offline') this.#expected.push(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_FAILED/)
    else this.#expected.push(new RegExp(`^answer: ${status} |responded with a status of ${status}\\b`))
  }

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        this.#seen.push(`console: ${message.text()} (${message.location().url})`)
    })
    context.on('weberror', (error) => this.#seen.push(`exception: ${error.error().stack ?? error.error().message}`))
    context.on('response', (response) => {
      if (response.status() >= 400) this.#seen.push(`answer: ${response.status()} ${response.url()}`)
    })
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? ''
      // A page that is left takes its requests along.
      if (reason !== 'net::ERR_ABORTED') this.#seen.push(`request: ${reason} ${request.url()}`)
    })
  }

  get unexpected(): string[] {
    return this.#seen.filter((fault) => !this.#expected.some((pattern) => pattern.test(fault)))
  }
}

interface Fixtures {
  faults: Faults
  /** A page in a browser of its own: of somebody who is signed in, or of a stranger. */
  open: (who?: Person | null, options?: BrowserContextOptions) => Promise<Page>
  /** A member of the test's own. */
  member: (wanted?: Wanted) => Promise<Person>
}

export const test = base.extend<Fixtures>({
  baseURL: async ({}, use) => use(instance().url),

  faults: [
    async ({}, use) => {
      const faults = new Faults()
      await use(faults)
      base.expect(faults.unexpected, 'faults in the browser').toEqual([])
    },
    { auto: true }
  ],

  open: async ({ browser, faults, baseURL }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (who, options) => {
      const context = await browser.newContext({
        ...(baseURL ? { baseURL } : {}),
        ...(who ? { storageState: who.state } : {}),
        ...options
      })
      contexts.push(context)
      faults.watch(context)
      if (late) await context.route('**/api/v1/**', async (route) => {
        await wait(Math.random() * late)
        await route.fallback()
      })
      return context.newPage()
    })
    await Promise.all(contexts.map((context) => context.close()))
  },

  member: async ({}, use) => use(join)
})

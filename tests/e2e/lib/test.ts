// The test of this folder: pages that are watched. Whatever a page writes to the console as an error, a
// refused script or style, an exception: each fails the test that met it.
import { test as base, type Browser, type BrowserContext, type ConsoleMessage, type Page } from '@playwright/test'
import { instance, type Instance } from './instance'

export { expect } from '@playwright/test'

type Who = keyof Instance['sign_ins']
type Options = Parameters<Browser['newContext']>[0]

/** People with a browser each. */
export class People {
  readonly faults: string[] = []
  readonly #contexts: BrowserContext[] = []
  readonly #expected: RegExp[] = []

  constructor(readonly browser: Browser) {}

  /** A refusal that the test provokes, so that the browser's note of it is not a fault. */
  expect(status: number): void {
    this.#expected.push(new RegExp(`responded with a status of ${status}\\b`))
  }

  /** A browser of its own, nobody signed in. */
  async stranger(options: Options = {}): Promise<Page> {
    const context = await this.browser.newContext({ baseURL: instance().url, ...options })
    this.#contexts.push(context)
    const page = await context.newPage()
    page.on('console', (message) => this.#heard(message))
    page.on('pageerror', (error) => this.faults.push(`exception: ${error.stack ?? error.message}`))
    return page
  }

  #heard(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    const text = message.text()
    if (!this.#expected.some((one) => one.test(text))) this.faults.push(`${text} (${message.location().url})`)
  }

  /** One of the example people, signed in by the page. */
  async signedIn(who: Who, options: Options = {}): Promise<Page> {
    const page = await this.stranger(options)
    await signIn(page, instance().sign_ins[who])
    return page
  }

  async leave(): Promise<void> {
    for (const context of this.#contexts) await context.close()
  }
}

export async function signIn(page: Page, who: { email: string; password: string }): Promise<void> {
  if (!page.url().includes('/sign-in')) await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(who.email)
  await page.getByLabel('Password').fill(who.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}

export const test = base.extend<{ people: People; instance: Instance }>({
  instance: async ({}, use) => use(instance()),
  people: async ({ browser }, use, info) => {
    const people = new People(browser)
    await use(people)
    await people.leave()
    if (people.faults.length && info.status === info.expectedStatus)
      throw new Error(`the pages had faults:\n${people.faults.join('\n')}`)
  }
})

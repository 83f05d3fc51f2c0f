// The pages that the server renders when a TMTP client sends somebody to sign in: the same rules hold.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { expectAccessible, tooWide } from './lib/axe'
import { cast } from './lib/cast'
import { instance } from './lib/instance'
import { expect, test } from './lib/test'

/** Where a client sends the browser; its PKCE challenge is that of RFC 7636, appendix B. */
const address = (more: Record<string, string> = {}) =>
  `/oauth2/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: 'tmtp',
    scope: 'openid profile tmtp',
    redirect_uri: 'http://localhost:8123/u',
    state: 'a-state',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...more
  }).toString()}`

/** A client that waits for the browser to come back. */
async function listen() {
  const server = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<p>the client')).listen(0)
  await once(server, 'listening')
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}/u`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}

async function expectOfOurs(page: Page) {
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
  await expectAccessible(page)
  await page.setViewportSize({ width: 320, height: 256 })
  expect(await tooWide(page), 'at 320 pixels').toBe(0)
}

test('the consent page says who is signed in where, and refusing sends the client away', async ({ open }) => {
  const { member } = cast()
  const page = await open(member)
  await using client = await listen()
  await page.goto(address({ redirect_uri: client.address }))
  await expect(page.getByRole('heading', { name: 'Sign in with this account?' })).toBeVisible()
  await expect(page.getByText(member.email)).toBeVisible()
  await expectOfOurs(page)

  await page.getByRole('button', { name: 'Refuse' }).click()
  await expect(page.getByText('the client')).toBeVisible()
  expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
})

test('who is not verified reads what is missing', async ({ open, faults }) => {
  faults.expect(403)
  const page = await open(cast().newcomer)
  await page.goto(address())
  await expect(page.getByRole('heading', { name: 'You need to be verified first' })).toBeVisible()
  await expectOfOurs(page)
  await page.getByRole('link', { name: 'Get verified' }).click()
  await expect(page.getByRole('heading', { name: 'Be verified' })).toBeVisible()
})

test('a client that nobody knows is refused on a page, not sent back', async ({ open, faults }) => {
  faults.expect(400)
  const page = await open(cast().member)
  await page.goto(address({ client_id: 'nobody-knows' }))
  await expect(page.getByRole('heading', { name: 'This cannot go on' })).toBeVisible()
  await expectOfOurs(page)
})

test('who is not signed in signs in first and comes back', async ({ open, member }) => {
  const person = await member({ level: 2 })
  const page = await open()
  await page.goto(address())
  await expect(page.getByRole('heading', { name: 'Sign in', exact: true })).toBeVisible()
  await page.getByLabel('E-mail address').fill(person.email)
  await page.getByLabel('Password').fill('seven quiet herons by the weir')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in with this account?' })).toBeVisible()
  expect(new URL(page.url()).origin).toBe(instance().url)
})

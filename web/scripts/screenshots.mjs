// The pictures in docs/screenshots: the example members of a throwaway instance, in a real browser.
// `npm run screenshots` in web/, after `make programs web`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'

const top = fileURLToPath(new URL('../../', import.meta.url))
const folder = `${top}docs/screenshots`
mkdirSync(folder, { recursive: true })

const stack = spawn('/usr/bin/python3', ['scripts/stack.py'], { cwd: top, stdio: ['pipe', 'pipe', 'inherit'] })
const [line] = await once(createInterface(stack.stdout), 'line')
const instance = JSON.parse(line)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-background-networking', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])]
})

/** A page of one of the example people, signed in. */
async function signedIn(who, options = {}) {
  const context = await browser.newContext({
    baseURL: instance.url,
    viewport: { width: 1280, height: 860 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options
  })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(instance.sign_ins[who].email)
  await page.getByLabel('Password').fill(instance.sign_ins[who].password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('/')
  return page
}

/** Send what a page of ours would send. */
async function send(page, method, path, data, etag) {
  const answer = await page.request.fetch(`/api/v1/${path}`, {
    method,
    ...(data ? { data } : {}),
    headers: {
      Origin: instance.url,
      'Idempotency-Key': crypto.randomUUID(),
      ...(etag ? { 'If-Match': etag } : {})
    }
  })
  if (!answer.ok()) throw new Error(`${method} ${path}: ${await answer.text()}`)
  const text = await answer.text()
  return { json: text ? JSON.parse(text) : {}, etag: answer.headers().etag }
}

async function save(page, path, name) {
  await page.goto(path)
  await page.locator('main :is(article, table, section)').first().waitFor()
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'))
  await page.screenshot({ path: `${folder}/${name}.png` })
}

const jonas = await signedIn('second_member')
const maria = await signedIn('member')
const vera = await signedIn('verifier')

await send(jonas, 'POST', 'introductions', {
  to: 'maria-keller',
  ask: 'second_opinion',
  why: 'We are testing joints for a five-storey timber frame and would value your view on their behaviour under cyclic load.',
  time_asked: 'quarter_hour',
  offer: 'Our results for twelve dowel layouts'
})
const begun = await send(jonas, 'POST', 'cases', { level: 3 })
const path = `cases/${begun.json.id}`
const claims = {
  given_name: 'Jonas',
  family_name: 'Weber',
  birthdate: '1979-11-03',
  x_profession: 'Civil engineer',
  x_licence_number: 'AT-20417',
  x_jurisdiction: 'AT'
}
await send(jonas, 'PUT', `${path}/claims`, claims, begun.etag)
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
const taken = await send(vera, 'POST', 'cases/next')
const passport = taken.json.evidence[0].id
await send(vera, 'POST', `${path}/checks`, { evidence: passport, check_method: 'vri', result: 'passed' })

await save(maria, '/?q=engineering', 'search')
await save(maria, '/m/jonas-weber', 'profile')
await save(maria, '/introductions', 'introductions')
await save(vera, `/verify/${begun.json.id}`, 'case')
await save(await signedIn('member', { colorScheme: 'dark' }), '/?q=engineering', 'search-dark')
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }
await save(await signedIn('member', phone), '/introductions', 'introductions-phone')

await browser.close()
stack.stdin.end()
await once(stack, 'exit')

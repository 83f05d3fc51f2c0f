// With a stock TMTP server: a member links by a ping with a code from their page; and what cannot be taken
// back there is said before anybody asks or accepts. On an instance of its own.
import { expectAccessible } from './lib/axe'
import { variable } from './lib/instance'
import { signedIn, type Person } from './lib/people'
import { startInstance, type Started } from './lib/start'
import { expect, test } from './lib/test'
import { TmtpClient } from './lib/tmtp'

test.describe.configure({ mode: 'serial' })

const introducer = 'The introducer'
const code = /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/
let started: Started | undefined
const former = process.env[variable]

test.beforeAll(async () => {
  test.setTimeout(180_000)
  started = await startInstance('--stock')
  process.env[variable] = started.line
})

test.afterAll(async () => {
  if (former) process.env[variable] = former
  await started?.stop()
})

/** Linked without the page. */
async function linked(person: Person): Promise<TmtpClient> {
  const api = await signedIn(person)
  const client = new TmtpClient(person.name)
  await client.registerFreely()
  await client.ping(introducer, (await api.post('me/tmtp/code')).json.code)
  await expect.poll(async () => (await api.get('me/tmtp')).json.state).toBe('linked')
  return client
}

test('a member pings with the code of the page, which turns to linked by itself', async ({ open, member }) => {
  const ada = await member({ given: 'Ada', level: 2 })
  const page = await open(ada)
  await page.goto('/me/messages')
  await expect(page.getByText('Not linked yet')).toBeVisible()
  await expect(page.getByText(`In your TMTP client ping ${introducer} with this code.`)).toBeVisible()
  await expect(page.locator('#code')).toHaveCount(0)
  await page.getByRole('button', { name: 'Show a code' }).click()
  await expect(page.getByText(`In your TMTP client ping ${introducer} with this code:`)).toBeVisible()
  await expect(page.getByText('It works once')).toBeVisible()
  await expect(page.locator('#code')).toHaveText(code)
  const first = (await page.locator('#code').textContent()) ?? ''
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Show another code' }).click()
  await expect(page.locator('#code')).not.toHaveText(first)
  const second = (await page.locator('#code').textContent()) ?? ''
  const client = new TmtpClient(ada.name)
  await client.registerFreely()
  await client.ping(introducer, first)
  await client.ping(introducer, second)
  await expect(page.getByText(`Linked as ${ada.name} since`)).toBeVisible()
  await expect(page.locator('#code')).toHaveCount(0)
  await expect(page.getByText("can't be told to stop someone's messages")).toBeVisible()
  await expectAccessible(page)
})

test('a code that has run out is taken off the page', async ({ open, member }) => {
  const page = await open(await member({ given: 'Una', level: 2 }))
  await page.clock.install()
  await page.goto('/me/messages')
  await page.getByRole('button', { name: 'Show a code' }).click()
  await expect(page.locator('#code')).toHaveText(code)
  await page.clock.fastForward('01:00:10')
  await expect(page.getByText('This code has run out.')).toBeVisible()
  await expect(page.locator('#code')).toHaveCount(0)
})

test('who is not verified is shown no code', async ({ open, member }) => {
  const page = await open(await member({ given: 'Nora' }))
  await page.goto('/me/messages')
  await expect(page.getByText('Have your identity checked first')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Show a code' })).toHaveCount(0)
})

test('what cannot be taken back is said before it is asked for and accepted', async ({ open, member }) => {
  const ada = await member({ given: 'Ada', level: 2 })
  const tom = await member({ given: 'Tom', level: 2 })
  await Promise.all([linked(ada), linked(tom)])
  const asking = await open(ada)
  const asked = await open(tom)

  await asking.goto(`/m/${tom.handle}/ask`)
  const dialog = asking.getByRole('dialog')
  await expect(dialog.getByText(`This can't be taken back here. Once ${tom.name} accepts`)).toBeVisible()
  await dialog.getByLabel('What do you ask for?').selectOption('Advice')
  await dialog.getByLabel('Why this person?').fill('I design timber bridges below a glacier.')
  await expectAccessible(asking)
  await dialog.getByRole('button', { name: 'Send the request' }).click()
  await expect(asking.getByRole('article')).toContainText('Sent')

  await asked.goto('/introductions')
  await expect(asked.getByText("This can't be taken back here. Once you accept")).toBeVisible()
  await expectAccessible(asked)
  await asked.getByRole('button', { name: `Accept ${ada.name}` }).click()
  await expect(asked.getByText('You are connected.')).toBeVisible()
  await expect(asked.getByText("This can't be taken back here")).toHaveCount(0)

  await asked.getByRole('button', { name: `Block ${ada.name}` }).click()
  await expect(asked.getByRole('dialog')).toContainText("the TMTP server can't be told")
  await asked.keyboard.press('Escape')
  await asked.getByRole('button', { name: `End contact ${ada.name}` }).click()
  const end = asked.getByRole('dialog', { name: `End the contact with ${ada.name}?` })
  await expect(end).toContainText(`Agora no longer counts you and ${ada.name} as contacts; the TMTP server can't be told.`)
  await expect(end).not.toContainText('can no longer write')
  await end.getByRole('button', { name: 'End contact' }).click()
  await expect(asked.getByText('You have no contacts yet')).toBeVisible()
})

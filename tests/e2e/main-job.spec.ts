// The main job of the product, by three people in their browsers: two apply and are verified, one finds the
// other, asks, is accepted; both write to each other with their TMTP clients; one ends it.
import type { Page } from '@playwright/test'
import { alone } from './lib/alone'
import { instance, mailedCode } from './lib/instance'
import { password, uniqueFamily } from './lib/people'
import { expect, test } from './lib/test'
import { TmtpClient, type Message } from './lib/tmtp'

interface Applicant {
  page: Page
  given: string
  family: string
  name: string
}

/** Applies, confirms with the code from the message, signs in; arrives at "Be verified". */
async function apply(page: Page, given: string): Promise<Applicant> {
  const family = uniqueFamily()
  const email = `${given}.${family}@example.org`.toLowerCase()
  await page.goto('/')
  await page.getByRole('link', { name: 'Apply to join' }).click()
  await page.getByLabel('Given name').fill(given)
  await page.getByLabel('Family name').fill(family)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByLabel('I accept the terms').check()
  await page.getByRole('button', { name: 'Create the account' }).click()
  await expect(page.getByRole('heading', { name: 'Confirm your address' })).toBeVisible()

  await expect.poll(() => mailedCode(email), 'the message with the code').not.toBeNull()
  await page.getByLabel('Code').fill((await mailedCode(email)) ?? '')
  await page.getByRole('button', { name: 'Confirm' }).click()

  await expect(page.getByText('Your address is confirmed')).toBeVisible()
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Be verified' })).toBeVisible()
  return { page, given, family, name: `${given} ${family}` }
}

/** Fills in a headline and a field of expertise. */
async function fillProfile({ page }: Applicant, headline: string, typed: string, topic: RegExp) {
  await page.goto('/me')
  await page.getByRole('button', { name: 'Change Name and work' }).click()
  await page.getByRole('textbox', { name: 'Headline' }).fill(headline)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Change Name and work' })).toBeFocused()
  await expect(page.getByText(headline)).toBeVisible()

  await page.getByRole('button', { name: 'Change Topics' }).click()
  await page.getByRole('combobox', { name: 'Expertise', exact: true }).pressSequentially(typed)
  await page.getByRole('listbox').getByRole('option', { name: topic }).first().click()
  await expect(page.getByRole('button', { name: new RegExp(`Remove.*${topic.source}`, 'i') })).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Change Topics' })).toBeVisible()
}

/** States who they are, adds a passport and a register entry, sends it. */
async function askToBeVerified({ page, given, family }: Applicant) {
  await page.goto('/me/verification')
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByLabel('Given name', { exact: true }).fill(given)
  await page.getByLabel('Family name', { exact: true }).fill(family)
  await page.getByLabel('Date of birth').fill('1984-02-29')
  await page.getByLabel('Profession').fill('Engineer')
  await page.getByRole('button', { name: 'Save' }).click()

  await page.getByRole('link', { name: 'Evidence' }).click()
  await page.getByLabel('What is it?').selectOption('Passport')
  await page.getByLabel('Number').fill(`X 765 ${family}`)
  await page.getByLabel('Country').selectOption('Switzerland')
  await page.getByLabel('Expires on').fill('2031-05-01')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('button', { name: 'Add another' }).click()
  await page.getByLabel('What is it?').selectOption('Entry in the membership register')
  await page.getByLabel('Number').fill(`M-1234 ${family}`)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('link', { name: 'Go on' }).click()

  await page.getByRole('link', { name: 'Check and send' }).click()
  await expect(page.getByText('29 February 1984')).toBeVisible()
  await page.getByRole('button', { name: 'Send for verification' }).click()
  await expect(page.getByText('Your request waits for a verifier')).toBeVisible()
}

/** Takes the next case, which is this person's, checks each piece of evidence, approves. */
async function approve(verifier: Page, { name }: Applicant) {
  await verifier.goto('/verify')
  await expect(verifier.getByRole('link', { name })).toBeVisible()
  await verifier.keyboard.press('n')
  await expect(verifier.getByRole('heading', { level: 1, name })).toBeVisible()
  for (const [evidence, method] of [
    ['Passport', 'Looked at an image of it'],
    ['Passport', 'Compared the face, by video or photograph'],
    ['Entry in the membership register', 'Compared with the record at its source']
  ] as const) {
    const box = verifier.getByRole('region', { name: evidence })
    await box.getByText('Record a check').click()
    await box.getByLabel('What did you do?').selectOption(method)
    await box.getByLabel('It holds').check()
    await box.getByRole('button', { name: 'Save the check' }).click()
    await expect(box.getByRole('listitem').filter({ hasText: method })).toContainText('Passed')
  }
  await expect(verifier.getByText('Level 3, asked: 2')).toBeVisible()
  await verifier.getByLabel('Yes').check()
  await verifier.getByRole('button', { name: 'Continue' }).click()
  await verifier.getByRole('button', { name: 'Approve' }).click()
  await expect(verifier.getByRole('heading', { name: 'Approved' })).toBeVisible()
}

/** What a TMTP client opens in the browser, there in a page of its own. */
async function inNewPage(page: Page, address: string, look: (consent: Page) => Promise<void>) {
  const consent = await page.context().newPage()
  await consent.goto(address)
  await look(consent)
  await consent.close()
}

/** Registers with the TMTP server: its client sends the browser to the sign-in, the person allows it. */
async function registerTmtp({ page, name }: Applicant): Promise<TmtpClient> {
  await page.goto('/me/messages')
  await expect(page.getByText('Not linked yet')).toBeVisible()
  await expect(page.locator('#server')).toHaveText(instance().tmtp_server)
  const client = new TmtpClient(name)
  await client.register(async (address) => {
    await inNewPage(page, address, async (consent) => {
      await expect(consent.getByRole('heading', { name: 'Sign in with this account?' })).toBeVisible()
      await expect(consent.getByText(name).first()).toBeVisible()
      await consent.getByRole('button', { name: 'Allow' }).click()
      await consent.waitForURL(/^http:\/\/localhost:\d+\/u\?/)
    })
    return true
  })
  // The page that was left open learns it by itself.
  await expect(page.getByText(`Linked as ${name}`)).toBeVisible()
  return client
}

/** The next message that has these words; others on the way are passed over. */
async function messageWith(client: TmtpClient, words: string): Promise<Message> {
  const read: Message[] = []
  const found = () => read.find((message) => message.body?.includes(words))
  await expect
    .poll(async () => read.push(...(await client.read())) && found() !== undefined, {
      message: `a message with "${words}" to ${client.alias}`,
      timeout: 120_000
    })
    .toBe(true)
  return found() as Message
}

test('two strangers are verified, introduced, and write to each other until one ends it', async ({
  open,
  member,
  faults
}) => {
  const ada = await apply(await open(), 'Ada')
  await fillProfile(ada, 'Bridges of timber', 'wood sci', /wood science/i)
  const tom = await apply(await open(), 'Tom')
  await fillProfile(tom, 'Glaciers and what they move', 'glaciers', /glaciers/i)

  await test.step('who is not verified gets no TMTP account', async () => {
    faults.expect(403)
    await new TmtpClient(ada.name).register(async (address) => {
      await inNewPage(ada.page, address, async (refusal) => {
        await expect(refusal.getByRole('heading', { name: 'You need to be verified first' })).toBeVisible()
      })
      return false
    })
  })

  await test.step('a verifier approves them; their pages show it by themselves', async () => {
    const verifier = await open(await member({ given: 'Vera', roles: ['verifier'] }))
    for (const person of [ada, tom]) {
      await alone('queue', async () => {
        await askToBeVerified(person)
        await approve(verifier, person)
      })
      await expect(person.page.getByText(/^Known to .* checked remotely, against a passport/)).toBeVisible()
      await expect(person.page.getByText('Your request waits for a verifier')).toBeHidden()
    }
  })

  const adasClient = await registerTmtp(ada)
  const why = 'I design timber bridges below a glacier and need to know what to expect.'

  await test.step('Ada finds Tom by his topic and asks', async () => {
    const { page } = ada
    await page.goto('/')
    await page.getByRole('combobox', { name: 'Name, topic or keyword' }).pressSequentially('glaciers')
    await page.getByRole('listbox').getByRole('option').first().click()
    const card = page.getByRole('article').filter({ hasText: tom.name })
    await expect(card).toContainText('Why:')
    await card.getByRole('link', { name: `Ask for an introduction ${tom.name}` }).click()
    const dialog = page.getByRole('dialog', { name: `Ask to be introduced to ${tom.name}` })
    await dialog.getByLabel('What do you ask for?').selectOption('Advice')
    await dialog.getByLabel('Why this person?').fill(why)
    await dialog.getByText(`Preview: what ${tom.name} will see`).click()
    await expect(dialog.getByRole('blockquote')).toContainText('below a glacier')
    await dialog.getByRole('button', { name: 'Send the request' }).click()
    await expect(page.getByRole('article')).toContainText('Sent')
  })

  await test.step('Tom reads why and accepts; it waits for his TMTP account', async () => {
    const { page } = tom
    await page.goto('/introductions')
    await expect(page.getByRole('article')).toContainText('below a glacier')
    await page.getByRole('button', { name: `Accept ${ada.name}` }).click()
    await expect(page.getByRole('article')).toContainText('you have none here yet')
    await ada.page.getByRole('link', { name: 'Connected' }).click()
    await expect(ada.page.getByRole('article')).toContainText(`until ${tom.name} has set up a TMTP account`)
    expect(await adasClient.mayPost(tom.name), 'not connected yet').toBe(false)
  })

  const tomsClient = await test.step('Tom registers; the page of Ada turns to connected by itself', async () => {
    await ada.page.evaluate(() => Object.assign(window, { sameDocument: true }))
    const client = await registerTmtp(tom)
    await expect(ada.page.getByText('You are connected.')).toBeVisible()
    await expect(ada.page.getByText(`write to ${tom.name} there`)).toBeVisible()
    expect(await ada.page.evaluate(() => 'sameDocument' in window), 'the page was not loaded again').toBe(true)
    return client
  })

  await test.step('both know each other from the introducing thread, and write', async () => {
    await messageWith(adasClient, 'below a glacier')
    await messageWith(tomsClient, 'below a glacier')
    await adasClient.post(tom.name, 'Ice', 'How far does the ice come?')
    expect(await messageWith(tomsClient, 'How far does the ice come?')).toMatchObject({ subject: 'Ice', alias: ada.name })
    await tomsClient.post(ada.name, 'Re: Ice', 'Two metres a day, in a warm June.')
    expect(await messageWith(adasClient, 'Two metres a day')).toMatchObject({ alias: tom.name })
  })

  await test.step('Tom ends it, and the next message is refused', async () => {
    const { page } = tom
    await page.goto('/introductions?box=connected')
    await page.getByRole('button', { name: `End contact ${ada.name}` }).click()
    const dialog = page.getByRole('dialog', { name: `End the contact with ${ada.name}?` })
    await dialog.getByLabel(`Tell ${ada.name} that it has ended`).check()
    await dialog.getByRole('button', { name: 'End contact' }).click()
    await expect(page.getByText('The contact has ended.')).toBeVisible()
    await expect(page.getByText('You have no contacts yet')).toBeVisible()
    await expect(ada.page.getByText('You have no contacts yet')).toBeVisible()
    await expect.poll(() => adasClient.mayPost(tom.name), 'the permission is taken back').toBe(false)
  })
})

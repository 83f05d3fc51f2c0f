// The main job of the product, by three people in their browsers: two apply and are verified, one finds the
// other, asks, is accepted; both write to each other with their TMTP clients; one ends it.
import type { Page } from '@playwright/test'
import { codeFor } from './lib/mail'
import { expect, signIn, test, type People } from './lib/test'
import { TmtpClient } from './lib/tmtp'

const password = 'seven quiet herons by the weir'
const ada = { given: 'Ada', family: 'Berger', email: 'ada.berger@example.org' }
const tom = { given: 'Tom', family: 'Ferrari', email: 'tom.ferrari@example.org' }
type Person = typeof ada

async function join(people: People, who: Person): Promise<Page> {
  const page = await people.stranger()
  await page.goto('/')
  await page.getByRole('link', { name: 'Apply to join' }).click()
  await page.getByLabel('Given name').fill(who.given)
  await page.getByLabel('Family name').fill(who.family)
  await page.getByLabel('E-mail address').fill(who.email)
  await page.getByLabel('Password').fill(password)
  await page.getByLabel('I accept the terms').check()
  await page.getByRole('button', { name: 'Create the account' }).click()
  await expect(page.getByRole('heading', { name: 'Confirm your address' })).toBeVisible()
  await page.getByLabel('Code').fill(await codeFor(who.email))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText('Your address is confirmed')).toBeVisible()
  await signIn(page, { email: who.email, password })
  await expect(page.getByRole('heading', { level: 1, name: 'Be verified' })).toBeVisible()
  return page
}

async function fillProfile(page: Page, headline: string, topic: string, pick: RegExp) {
  await page.goto('/me')
  await page.getByRole('button', { name: 'Change Name and work' }).click()
  await page.getByRole('textbox', { name: 'Headline' }).fill(headline)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Change Name and work' })).toBeFocused()
  await expect(page.getByText(headline)).toBeVisible()

  await page.getByRole('button', { name: 'Change Topics' }).click()
  const box = page.getByRole('combobox', { name: 'Expertise', exact: true })
  await box.pressSequentially(topic, { delay: 20 })
  await page.getByRole('listbox').getByRole('option', { name: pick }).first().click()
  await expect(page.getByRole('button', { name: new RegExp(`Remove.*${pick.source}`, 'i') })).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Change Topics' })).toBeVisible()
}

async function askToBeVerified(page: Page, who: Person) {
  await page.goto('/me/verification')
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByLabel('Given name', { exact: true }).fill(who.given)
  await page.getByLabel('Family name', { exact: true }).fill(who.family)
  await page.getByLabel('Date of birth').fill('1984-02-29')
  await page.getByLabel('Profession').fill('Engineer')
  await page.getByRole('button', { name: 'Save' }).click()

  await page.getByRole('link', { name: 'Evidence' }).click()
  await page.getByLabel('What is it?').selectOption({ label: 'Passport' })
  await page.getByLabel('Number').fill('X 765 4321')
  await page.getByLabel('Country').selectOption({ label: 'Switzerland' })
  await page.getByLabel('Expires on').fill('2031-05-01')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('button', { name: 'Add another' }).click()
  await page.getByLabel('What is it?').selectOption({ label: 'Entry in the membership register' })
  await page.getByLabel('Number').fill('M-1234')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('link', { name: 'Go on' }).click()

  await page.getByRole('link', { name: 'Check and send' }).click()
  await expect(page.getByText('29 February 1984')).toBeVisible()
  await page.getByRole('button', { name: 'Send for verification' }).click()
  await expect(page.getByText('We have received your request')).toBeVisible()
}

async function approve(vera: Page, who: Person) {
  await vera.goto('/verify')
  await expect(vera.getByRole('link', { name: `${who.given} ${who.family}` })).toBeVisible()
  await vera.keyboard.press('n')
  await expect(vera.getByRole('heading', { level: 1, name: `${who.given} ${who.family}` })).toBeVisible()
  const check = async (evidence: string, method: string) => {
    const box = vera.getByRole('region', { name: evidence })
    await box.getByText('Record a check').click()
    await box.getByLabel('What did you do?').selectOption({ label: method })
    await box.getByLabel('It holds').check()
    await box.getByRole('button', { name: 'Save the check' }).click()
    await expect(box.getByRole('listitem').filter({ hasText: method })).toContainText('Passed')
  }
  await check('Passport', 'Looked at an image of it')
  await check('Passport', 'Compared the face, by video or photograph')
  await check('Entry in the membership register', 'Compared with the record at its source')
  await expect(vera.getByText('Level 3, asked: 2')).toBeVisible()
  await vera.getByLabel('Yes').check()
  await vera.getByRole('button', { name: 'Continue' }).click()
  await vera.getByRole('button', { name: 'Approve' }).click()
  await expect(vera.getByRole('heading', { name: 'Approved' })).toBeVisible()
}

async function registerTmtp(page: Page, client: TmtpClient) {
  await page.goto('/me/messages')
  await expect(page.getByText('Not linked yet')).toBeVisible()
  const { address, done } = await client.register()
  const other = await page.context().newPage()
  await other.goto(address)
  await expect(other.getByRole('heading', { name: 'Sign in with this account?' })).toBeVisible()
  await other.getByRole('button', { name: 'Allow' }).click()
  expect(await done).toBe(0)
  await other.close()
  // The page that was left open learns it by itself.
  await expect(page.getByText(`Linked as ${client.alias}`)).toBeVisible()
}

test('two strangers are verified, introduced, and write to each other', async ({ people }) => {
  test.setTimeout(240_000)
  const adasClient = new TmtpClient('Ada Berger')
  const tomsClient = new TmtpClient('Tom Ferrari')
  const vera = await people.signedIn('verifier')

  const adas = await join(people, ada)
  await fillProfile(adas, 'Bridges of timber', 'wood sci', /wood science/i)
  const toms = await join(people, tom)
  await fillProfile(toms, 'Glaciers and what they move', 'glaciers', /glaciers/i)

  await test.step('who is not verified gets no TMTP account', async () => {
    people.expect(403)
    const { address, done } = await adasClient.register()
    const other = await adas.context().newPage()
    await other.goto(address)
    await expect(other.getByRole('heading', { name: 'You need to be verified first' })).toBeVisible()
    await other.close()
    void done
  })

  await askToBeVerified(adas, ada)
  await approve(vera, ada)
  await expect(adas.getByText(/^Known to .*re-check due/)).toBeVisible()
  await askToBeVerified(toms, tom)
  await approve(vera, tom)

  await registerTmtp(adas, adasClient)
  await registerTmtp(toms, tomsClient)
  expect(await adasClient.post('Tom Ferrari', 'Hello', 'before we are introduced')).toBe(false)

  await test.step('Ada finds Tom by topic and asks', async () => {
    await adas.goto('/')
    const box = adas.getByRole('combobox', { name: 'Name, topic or keyword' })
    await box.pressSequentially('glaciers', { delay: 20 })
    await adas.getByRole('listbox').getByRole('option').first().click()
    const card = adas.getByRole('listitem').filter({ hasText: 'Glaciers and what they move' })
    await expect(async () => {
      await adas.reload()
      await expect(card.first()).toBeVisible({ timeout: 2_000 })
    }).toPass()
    await card.getByRole('link', { name: 'Ask for an introduction Tom Ferrari' }).click()
    const dialog = adas.getByRole('dialog')
    await dialog.getByLabel('What do you ask for?').selectOption({ label: 'Advice' })
    await dialog.getByLabel('Why this person?').fill('I design timber bridges below a glacier and need to know what to expect.')
    await dialog.getByText('Preview: what Tom Ferrari will see').click()
    await expect(dialog.getByRole('blockquote')).toContainText('below a glacier')
    await dialog.getByRole('button', { name: 'Send the request' }).click()
    await expect(adas.getByRole('article')).toContainText('Sent')
  })

  await test.step('Tom accepts; both pages turn to connected by themselves', async () => {
    await toms.goto('/introductions')
    await expect(toms.getByRole('article')).toContainText('below a glacier')
    await toms.getByRole('button', { name: 'Accept Ada Berger' }).click()
    await adas.getByRole('link', { name: 'Connected' }).click()
    for (const page of [toms, adas]) await expect(page.getByText('You are connected.')).toBeVisible()
    await expect(adas.getByText('write to Tom Ferrari there')).toBeVisible()
  })

  await test.step('they write to each other', async () => {
    // The thread of the introduction makes each known to the other's client.
    await adasClient.readUntil('below a glacier')
    await tomsClient.readUntil('below a glacier')
    expect(await adasClient.post('Tom Ferrari', 'Ice', 'How far does the ice come?')).toBe(true)
    await tomsClient.readUntil('How far does the ice come?')
    expect(await tomsClient.post('Ada Berger', 'Re: Ice', 'Two metres a day, in a warm June.')).toBe(true)
    await adasClient.readUntil('Two metres a day, in a warm June.')
  })

  await test.step('Tom ends it, and the next message is refused', async () => {
    await toms.getByRole('button', { name: 'End contact Ada Berger' }).click()
    await toms.getByRole('dialog').getByRole('button', { name: 'End contact' }).click()
    await expect(toms.getByText('You have no contacts yet')).toBeVisible()
    await expect(async () => expect(await adasClient.post('Tom Ferrari', 'Ice', 'One more')).toBe(false)).toPass()
  })
})

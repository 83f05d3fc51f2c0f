// What people do to an app without meaning it any harm: press twice, answer from two devices, go back, and have
// names that no designer thought of.
import type { Page } from '@playwright/test'
import { tooWide } from './lib/axe'
import { sql } from './lib/instance'
import { signedIn, type Person } from './lib/people'
import { expect, test } from './lib/test'

const why = 'How do you measure the mixing of a lake in winter?'

async function ask(from: Person, to: Person): Promise<void> {
  await (await signedIn(from)).post('introductions', { to: to.handle, ask: 'advice', why })
}

async function fillAsk(page: Page, to: Person): Promise<void> {
  await page.goto(`/m/${to.handle}/ask`)
  await page.getByLabel('What do you ask for?').selectOption('Advice')
  await page.getByLabel('Why this person?').fill(why)
}

test('pressing twice sends once', async ({ open, member }) => {
  const asked = await member({ level: 2 })
  const asker = await member({ level: 2 })
  const page = await open(asker)
  await fillAsk(page, asked)
  let sent = 0
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/introductions')) sent++
  })
  await page.getByRole('button', { name: 'Send the request' }).dblclick()
  await expect(page.getByRole('article')).toHaveCount(1)
  expect(sent).toBe(1)

  const other = await open(asked)
  await other.goto('/introductions')
  await other.getByRole('button', { name: `Accept ${asker.name}` }).dblclick()
  await expect(other.getByText(`Accepted. We are connecting you with ${asker.name}.`)).toBeVisible()
  await expect(other.getByRole('alert')).toHaveCount(0)
  await expect(other.getByRole('article')).toHaveCount(1)
})

test('accepting in two browsers at once connects once, and both show it', async ({ open, member }) => {
  const asked = await member({ level: 2 })
  const asker = await member({ level: 2 })
  await ask(asker, asked)
  const pages = [await open(asked), await open(asked)]
  for (const page of pages) {
    await page.goto('/introductions')
    await expect(page.getByRole('button', { name: `Accept ${asker.name}` })).toBeVisible()
  }
  // Neither is sent before both are pressed: what one does takes the button away from the other.
  const pressed = Promise.all(pages.map((page) => page.waitForRequest('**/accept')))
  const answered = Promise.all(pages.map((page) => page.waitForResponse('**/accept')))
  for (const page of pages)
    await page.route('**/accept', async (route) => {
      await pressed
      await route.continue()
    })
  await Promise.all(pages.map((page) => page.getByRole('button', { name: `Accept ${asker.name}` }).click()))
  await answered
  for (const page of pages) {
    await page.goto('/introductions?box=connected')
    await expect(page.getByRole('article')).toHaveCount(1)
    await expect(page.getByRole('article')).toContainText('Connecting')
  }
})

test('accepting here what was declined there says what came of it', async ({ open, member }) => {
  const asked = await member({ level: 2 })
  const asker = await member({ level: 2 })
  await ask(asker, asked)
  const [here, there] = [await open(asked), await open(asked)]
  for (const page of [here, there]) {
    await page.goto('/introductions')
    await expect(page.getByRole('button', { name: `Accept ${asker.name}` })).toBeVisible()
  }
  await there.getByRole('button', { name: /^Decline/ }).click()
  await there.getByRole('dialog').getByRole('button', { name: 'Decline' }).click()
  await expect(there.getByText('Declined. Nobody is told.')).toBeVisible()
  // The other page learns it by itself.
  await expect(here.getByText('No requests wait for you')).toBeVisible()
})

test('going back shows the page as it was, and sends nothing again', async ({ open, member }) => {
  const asked = await member({ level: 2 })
  const asker = await member({ level: 2 })
  const page = await open(asker)
  await page.goto(`/m/${asked.handle}`)
  await page.getByRole('link', { name: 'Ask for an introduction' }).click()
  await page.getByLabel('What do you ask for?').selectOption('Advice')
  await page.getByLabel('Why this person?').fill(why)
  await page.getByRole('button', { name: 'Send the request' }).click()
  await expect(page).toHaveURL('/introductions?box=sent')
  await page.goBack()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByText('You asked, no answer yet')).toBeVisible()
  await page.goForward()
  await expect(page.getByRole('article')).toHaveCount(1)
})

const long = 'Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafewarenwohlgepfle'.slice(0, 100)
for (const [kind, given, family] of [
  ['right to left', 'مريم', 'العبدالله'],
  ['emoji', '👩‍🔬', '🦊🦊🦊'],
  ['one very long word', long.slice(0, 49), long],
  ['marks up and down', 'Z̷̢̧͕͓̼̳͑̎̒a̵͉͑l̶̙̏g̴̈', 'o̶̫̕'],
  ['like a program', '<b>Bobby', '${x}{{y}}%s"\'']
] as const)
  test(`a name that is ${kind} stays in its place`, async ({ open, member }) => {
    const person = await member({ given: 'Robin' })
    const other = await member({ level: 2 })
    const api = await signedIn(person)
    const name = `${given} ${family}`.slice(0, 100)
    const mine = await api.get('me/profile')
    await api.patch('me/profile', { fields: { shown_name: { value: name }, headline: { value: family } } }, mine.etag)
    // After it: a name shown that is not the verified one ends a verification.
    await sql(`select agora.verification_grant_example(id, 2) from agora.account where handle = '${person.handle}'`)
    await ask(person, other)
    const visits: [Person, string][] = [
      [person, '/me'],
      [person, '/introductions'],
      [other, '/introductions'],
      [other, `/m/${person.handle}`]
    ]
    for (const [viewer, path] of visits) {
      const page = await open(viewer)
      await page.goto(path)
      await expect(page.getByText(viewer === person ? name : name, { exact: true }).first()).toBeAttached()
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 800 })
        expect.soft(await tooWide(page), `${path} at ${width} pixels`).toBe(0)
      }
      await page.context().close()
    }
    const page = await open(other)
    await page.goto('/introductions')
    await page.getByRole('button', { name: /^Decline/ }).click()
    await expect(page.getByRole('dialog')).toContainText(name)
    expect.soft(await tooWide(page), 'the dialog').toBe(0)
  })

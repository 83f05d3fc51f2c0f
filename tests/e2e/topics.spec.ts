// Topics in the browser: a member proposes one, an admin decides and merges, and each reads them in their language.
import { expectAccessible } from './lib/axe'
import { cast } from './lib/cast'
import { signedIn } from './lib/people'
import { expect, test } from './lib/test'

test('a member proposes a topic, an admin accepts it, and it is in the profile', async ({ open, member }) => {
  const person = await member()
  const name = `Zither making ${person.handle}`
  const page = await open(person)
  await page.goto('/me')
  await page.getByText('Propose a topic', { exact: true }).click()
  await page.getByRole('button', { name: 'Propose it' }).click()
  await expect(page.getByRole('link', { name: 'Write what the topic is called.' })).toBeVisible()
  await page.getByLabel('What it is called').fill(name)
  await page.getByRole('button', { name: 'Propose it' }).click()
  await expect(page.getByRole('button', { name: `Take it back: ${name}` })).toBeVisible()
  await expectAccessible(page)

  const staff = await open(cast().admin)
  await staff.goto('/admin/topics?view=proposals')
  const card = staff.locator('li.card', { hasText: name })
  await card.getByText('Decide').first().click()
  await card.getByRole('radio', { name: /^A new topic/ }).check()
  await expectAccessible(staff)
  await card.getByRole('button', { name: 'Decide' }).click()
  await expect(card).toHaveCount(0)

  await page.goto('/me')
  await expect(page.getByText(`is a topic now: ${name}`)).toBeVisible()
  await page.goto(`/m/${person.handle}`)
  await expect(page.getByText(name)).toBeVisible()
})

test('a topic has names by language, and is merged into another one', async ({ open }) => {
  const api = await signedIn(cast().admin)
  const word = `Coopering${Date.now()}`
  const old = (await api.post('admin/topics', { label: word, lang: 'en' })).json
  const stays = (await api.post('admin/topics', { label: `${word} trade`, lang: 'en' })).json
  const page = await open(cast().admin)
  await page.goto(`/admin/topics?topic=${stays.id}`)
  await page.getByText('Add a name', { exact: true }).click()
  await page.getByLabel('Name', { exact: true }).fill(`${word} Gewerk`)
  await page.getByLabel('Language', { exact: true }).first().selectOption('de')
  await page.getByRole('radio', { name: /^Preferred name/ }).check()
  await page.getByRole('button', { name: 'Add the name' }).click()
  await expect(page.locator('.labels li', { hasText: `${word} Gewerk` })).toContainText('German')
  await page.locator('footer select').last().selectOption('de')
  await expect(page.getByRole('heading', { level: 2, name: `${word} Gewerk` })).toBeVisible()
  await page.locator('footer select').last().selectOption('en')

  await page.goto(`/admin/topics?topic=${old.id}`)
  await page.getByText('Merge it into another topic', { exact: true }).click()
  await page.getByRole('button', { name: 'Merge', exact: true }).click()
  await expect(page.getByRole('link', { name: 'Choose a topic from the list.' })).toBeVisible()
  await page.getByLabel('The topic that stays').fill(`${word} tra`)
  await page.getByRole('option', { name: `${word} trade` }).click()
  await page.getByRole('button', { name: 'Merge', exact: true }).click()
  await expect(page.getByText(`Also stands for ${old.id}`)).toBeVisible()
  await expect(page.locator('.labels li', { hasText: 'Other name' })).toContainText(word)
})

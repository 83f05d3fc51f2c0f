// Saved searches as a member keeps them, and help where nobody was found.
import { expect, test } from './lib/test'

test('a search is saved, renamed, paused and deleted', async ({ open, member }) => {
  const page = await open(await member())
  await page.goto('/?all=1')
  await page.getByRole('button', { name: 'Save this search' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save this search' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Everybody new')
  await dialog.getByRole('combobox', { name: 'Tell me of new members' }).selectOption('daily')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()

  await page.goto('/me/searches')
  const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Everybody new' }) })
  await expect(card).toContainText('Nobody new')
  await card.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('All of them')
  await page.getByRole('checkbox', { name: 'Pause for now' }).check()
  await page.getByRole('button', { name: 'Save' }).first().click()
  const renamed = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'All of them' }) })
  await expect(renamed).toContainText('Paused')
  await renamed.getByRole('link', { name: 'All of them' }).first().click()
  await expect(page.getByRole('region', { name: 'Results' })).toBeVisible()

  await page.goto('/me/searches')
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('No search is saved yet')).toBeVisible()
})

test('who finds nobody can be told when somebody comes, or ask the organisation', async ({ open, member }) => {
  const page = await open(await member())
  await page.goto('/?q=zzzzzz')
  await expect(page.getByRole('heading', { name: 'Nobody was found' })).toBeVisible()
  await page.getByRole('button', { name: 'Ask the organisation' }).click()
  const dialog = page.getByRole('dialog', { name: 'Ask the organisation' })
  await dialog.getByRole('textbox', { name: 'Whom do you look for' }).fill('Somebody who can repair clocks')
  await dialog.getByRole('button', { name: 'Send the question' }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: 'Tell me when somebody comes' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()

  await page.goto('/me/searches')
  await expect(page.getByRole('heading', { name: 'zzzzzz' })).toBeVisible()
  await expect(page.getByText('Somebody who can repair clocks')).toBeVisible()
  await expect(page.getByText('Waits for an answer')).toBeVisible()
})

test('a stranger who finds nobody is offered neither', async ({ open }) => {
  const page = await open()
  await page.goto('/?q=zzzzzz')
  await expect(page.getByRole('heading', { name: 'Nobody was found' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Ask the organisation' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Save this search' })).toHaveCount(0)
})

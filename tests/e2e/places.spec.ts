// Places: chosen from the list in one's own profile, searched near, told from the viewer's own.
import { expect, test } from './lib/test'

test('a place chosen in the profile is found near, and told how far', async ({ open, member }) => {
  const living = await member({ level: 1 })
  const page = await open(living)
  await page.goto('/me')
  await page.getByRole('button', { name: 'Change Place and languages' }).click()
  await page.getByRole('combobox', { name: 'Place', exact: true }).pressSequentially('winterth')
  await page.getByRole('listbox', { name: 'Places' }).getByRole('option', { name: /^Winterthur/ }).click()
  await expect(page.getByRole('combobox', { name: 'Place', exact: true })).toHaveValue('Winterthur')
  await expect(page.getByLabel('Country (optional)')).toHaveValue('CH')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Winterthur', { exact: true })).toBeVisible()

  const looking = await open(await member({ level: 1, fields: { place: 'Bern', place_id: '2661552' } }))
  await looking.goto(`/?q=${living.family}`)
  await expect(looking.getByText(/Winterthur, Switzerland · about 150 km away/)).toBeVisible()
  await looking.getByRole('combobox', { name: 'Place to be near' }).pressSequentially('züri')
  await looking.getByRole('listbox', { name: 'Places' }).getByRole('option', { name: /^Zürich/ }).click()
  await expect(looking.getByRole('button', { name: 'Remove Within 50 km of Zürich' })).toBeVisible()
  await expect(looking.getByText(/Winterthur, Switzerland · about 30 km away/)).toBeVisible()
  await looking.getByLabel('Within', { exact: true }).selectOption('10 km')
  await expect(looking.getByRole('heading', { name: 'Nobody was found' })).toBeVisible()
  await looking.getByRole('button', { name: 'Remove Within 10 km of Zürich' }).click()
  await expect(looking.getByText(/about 150 km away/)).toBeVisible()
})

test('a place that is not on the list stays as it was written', async ({ open, member }) => {
  const page = await open(await member())
  await page.goto('/me')
  await page.getByRole('button', { name: 'Change Place and languages' }).click()
  await page.getByRole('combobox', { name: 'Place', exact: true }).pressSequentially('Nosuchham')
  await expect(page.getByText('No place of this name is on the list. Try the nearest town.')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Nosuchham', { exact: true })).toBeVisible()
})

// The search page: what completes the box, by the keys and roles of a combobox; chips, filters, another spelling,
// words that cannot be understood; and a search that is kept with its place.
import type { Page } from '@playwright/test'
import { cast } from './lib/cast'
import { expect, test } from './lib/test'

const box = (page: Page) => page.getByRole('combobox', { name: 'Name, topic or keyword' })
const chip = (page: Page, name: string | RegExp) => page.getByRole('list', { name: 'What you look for' }).getByRole('button', { name })

test('the box is a combobox: it says that it is open, which one is at hand, and Escape closes it', async ({ open }) => {
  const page = await open(cast().member)
  await page.goto('/')
  await expect(box(page)).toHaveAttribute('aria-expanded', 'false')
  await box(page).focus()
  await page.keyboard.type('Castel')
  const list = page.getByRole('listbox', { name: 'Suggestions' })
  await expect(list.getByRole('group', { name: 'Members' }).getByRole('option', { name: /Bruno Castelli/ })).toBeVisible()
  await expect(box(page)).toHaveAttribute('aria-expanded', 'true')
  await expect(box(page)).toHaveAttribute('aria-autocomplete', 'list')
  // Nothing is at hand before the arrows: Enter searches the words.
  await expect(box(page)).not.toHaveAttribute('aria-activedescendant')
  await page.keyboard.press('ArrowDown')
  const first = list.getByRole('option').first()
  await expect(box(page)).toHaveAttribute('aria-activedescendant', (await first.getAttribute('id')) ?? '')
  await expect(box(page)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(list).toBeHidden()
  await expect(box(page)).toHaveAttribute('aria-expanded', 'false')
  await expect(box(page)).toBeFocused()
})

test('a member among the suggestions is gone to, a place is searched near', async ({ open }) => {
  const page = await open(cast().member)
  await page.goto('/')
  await box(page).pressSequentially('Castel')
  await page.getByRole('option', { name: /Bruno Castelli/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Bruno Castelli' })).toBeVisible()
  await page.goto('/')
  await box(page).pressSequentially('Graz')
  await page.getByRole('group', { name: 'Places' }).getByRole('option', { name: /^Graz.*Austria/ }).first().click()
  await expect(page).toHaveURL('/?near=2778067')
  await expect(chip(page, 'Remove Within 50 km of Graz')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Bruno Castelli', exact: true })).toBeVisible()
})

test('behind an operator only what it takes completes it', async ({ open }) => {
  const page = await open(cast().member)
  await page.goto('/')
  await box(page).pressSequentially('level:1 skill:seism')
  const list = page.getByRole('listbox', { name: 'Suggestions' })
  await expect(list.getByRole('group')).toHaveCount(1)
  await list.getByRole('option', { name: /^Seismicity and Tectonic/ }).click()
  await expect(box(page)).toHaveValue('level:1 skill:"Seismicity and Tectonic Plate Interactions" ')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('link', { name: 'Bruno Castelli', exact: true })).toBeVisible()
})

test('filters apply at once, stand as chips, and go one by one or all together', async ({ open }) => {
  const page = await open(cast().member)
  await page.goto('/?q=seismic')
  await expect(page.getByText(/^Why: .*Expertise/).first()).toBeVisible()
  await page.getByRole('group', { name: 'Country' }).getByRole('checkbox', { name: /^Austria/ }).check()
  await expect(page).toHaveURL('/?q=seismic&country=AT')
  await page.getByRole('group', { name: 'Verified, at least' }).getByRole('checkbox', { name: /^Identity checked/ }).check()
  await expect(chip(page, /^Remove At least: Identity checked/)).toBeVisible()
  await expect(page.getByRole('link', { name: 'Bruno Castelli', exact: true })).toBeVisible()
  await chip(page, 'Remove Austria').click()
  await expect(page).toHaveURL(/^[^&]*q=seismic&level=\d$/)
  await page.getByRole('link', { name: 'Clear all' }).click()
  await expect(page).toHaveURL('/')
})

test('another spelling is searched where nobody is found, and said so', async ({ open }) => {
  const page = await open(cast().member)
  const asked: URL[] = []
  page.on('request', (request) => asked.push(new URL(request.url())))
  await page.goto('/?q=Castely')
  await expect(page.getByRole('status').filter({ hasText: 'Nobody was found for “Castely”' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Bruno Castelli', exact: true })).toBeVisible()
  // How they divide is told of whom was found.
  await expect(page.getByRole('group', { name: 'Country' }).getByRole('checkbox', { name: /^Austria/ })).toBeVisible()
  // That is one answer, the members the other.
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
  expect(asked.filter((url) => url.pathname === '/api/v1/members').map((url) => url.search).sort()).toEqual([
    '?q=Castely&facets=false',
    '?q=Castely&limit=0'
  ])
})

test('words that cannot be understood are told in a sentence, without a way to fail again', async ({ open, faults }) => {
  faults.expect(422)
  const page = await open(cast().member)
  await page.goto('/?q=skil:wood')
  const alert = page.getByRole('main').getByRole('alert')
  await expect(alert).toContainText('Did you mean “skill:”?')
  await expect(alert.getByRole('button')).toHaveCount(0)
  await expect(box(page)).toHaveValue('skil:wood')
})

test('a search near a place is saved with it and run again', async ({ open, member }) => {
  const page = await open(await member({ level: 1 }))
  await page.goto('/?q=seismic&near=2778067&km=100')
  await page.getByRole('button', { name: 'Save this search' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save this search' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Around Graz')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await page.goto('/me/searches')
  await expect(page.getByText('“seismic” · Within 100 km of Graz')).toBeVisible()
  await page.getByRole('link', { name: 'Around Graz' }).first().click()
  await expect(page).toHaveURL('/?q=seismic&near=2778067&km=100')
  await expect(page.getByRole('link', { name: 'Bruno Castelli', exact: true })).toBeVisible()
})

test('contacts who could introduce are named where both let it be known', async ({ open }) => {
  const page = await open(cast().asker)
  await page.goto(`/m/${cast().friend.handle}`)
  await expect(page.getByText(`1 of your contacts could introduce you: ${cast().second.name}`)).toBeVisible()
  const other = await open(cast().verifier)
  await other.goto(`/m/${cast().friend.handle}`)
  await expect(other.getByRole('heading', { level: 1, name: 'Bruno Castelli' })).toBeVisible()
  await expect(other.getByText('could introduce you')).toHaveCount(0)
})

test('who is listed under a pseudonym is found by topics and no name; who is away by nothing', async ({ open, faults }) => {
  faults.expect(404)
  const { hidden, away, pseudonym } = cast()
  const page = await open(cast().member)
  await page.goto(`/m/${pseudonym}`)
  await expect(page.getByRole('main')).not.toContainText(hidden.family)
  for (const name of [hidden.family, away.family]) {
    await page.goto(`/?q=${name}`)
    await expect(page.getByRole('status').filter({ hasText: 'Nobody was found' })).toBeVisible()
    await expect(page.getByRole('link', { name })).toHaveCount(0)
  }
  await page.goto(`/m/${away.handle}`)
  await expect(page.getByRole('main')).not.toContainText(away.name)
})

test('the organisation answers a question, and the member reads it', async ({ open, member }) => {
  const page = await open(await member())
  await page.goto('/?q=zzzzzz')
  await page.getByRole('button', { name: 'Ask the organisation' }).click()
  const words = `Somebody who mends clocks ${Date.now()}`
  await page.getByRole('dialog').getByRole('textbox', { name: 'Whom do you look for' }).fill(words)
  await page.getByRole('dialog').getByRole('button', { name: 'Send the question' }).click()
  const staff = await open(cast().verifier)
  await staff.goto('/questions')
  const card = staff.locator('li.card', { hasText: words })
  await card.getByText('Answer', { exact: true }).first().click()
  await card.getByRole('textbox', { name: 'Answer' }).fill('The clockmakers meet on Mondays.')
  await card.getByRole('button', { name: 'Send the answer' }).click()
  await expect(card).toHaveCount(0)
  await page.goto('/me/searches')
  await expect(page.getByText('The clockmakers meet on Mondays.')).toBeVisible()
})

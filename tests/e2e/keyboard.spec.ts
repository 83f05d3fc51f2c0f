// Everything by keyboard alone: no test here uses the pointer.
import { cast } from './lib/cast'
import { focused, tabTo } from './lib/keyboard'
import { password, signedIn } from './lib/people'
import { expect, test } from './lib/test'

test('signing in, searching, opening a profile and asking need no pointer', async ({ open, member }) => {
  const asked = await member({ given: 'Tilda', level: 2, topics: { expertise: 'limnology' } })
  const asker = await member({ level: 2 })
  const page = await open()
  await page.goto('/')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('#main')).toBeFocused()

  await page.goto('/sign-in')
  await tabTo(page, /^E-mail address/)
  await page.keyboard.type(asker.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  // The address changes first, then the page, then the focus goes to its beginning.
  await expect(page.getByRole('heading', { name: 'Find members' })).toBeVisible()
  await expect(page.locator('#main')).toBeFocused()

  await page.keyboard.press('/')
  await expect(page.getByRole('combobox', { name: 'Name, topic or keyword' })).toBeFocused()
  await page.keyboard.type('Tilda')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/?q=Tilda')
  await expect(page.getByRole('link', { name: asked.name, exact: true })).toBeVisible()
  await tabTo(page, new RegExp(`^${asked.name}$`))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: asked.name })).toBeVisible()
  await expect(page.locator('#main')).toBeFocused()

  await tabTo(page, /^Ask for an introduction/)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: `Ask to be introduced to ${asked.name}` })
  await expect(dialog.getByLabel('What do you ask for?')).toBeVisible()
  await tabTo(page, /^What do you ask for/)
  await page.keyboard.type('Advice')
  await tabTo(page, /^Why this person/)
  await page.keyboard.type('How do you measure the mixing of a lake in winter?')
  await tabTo(page, /^Send the request/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('article')).toContainText('Sent')
})

test('accepting needs no pointer, and the focus is not lost with the card', async ({ open, member }) => {
  const asked = await member({ level: 2 })
  const asker = await member({ level: 2 })
  await (await signedIn(asker)).post('introductions', { to: asked.handle, ask: 'mentor', why: 'I have just begun and would like to learn.' })
  const page = await open(asked)
  await page.goto('/introductions')
  await expect(page.getByRole('article')).toBeVisible()
  await tabTo(page, /^Accept/)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/introductions?box=connected')
  await expect(page.locator('#main')).toBeFocused()
  await expect(page.getByRole('article')).toContainText('Connecting')
})

test('a topic is chosen from the list by arrow and Enter', async ({ open }) => {
  const page = await open(cast().member)
  await page.goto('/')
  await page.keyboard.press('/')
  await page.keyboard.type('wood sci')
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\?topic=/)
})

test('words that are no topic are searched by Enter', async ({ open }) => {
  const page = await open(cast().member)
  await page.goto('/')
  await page.keyboard.press('/')
  await page.keyboard.type('seismic')
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/?q=seismic')
  await expect(page.getByRole('link', { name: cast().friend.name, exact: true })).toBeVisible()
})

for (const { button, title, path } of [
  { button: /^Decline/, title: /^Decline the request/, path: '/introductions' },
  { button: /^Withdraw/, title: /^Withdraw your request/, path: '/introductions?box=sent' },
  { button: /^End contact/, title: /^End the contact/, path: '/introductions?box=connected' }
])
  test(`Escape closes the dialog "${title.source.slice(1)}" and the focus goes back`, async ({ open }) => {
    const page = await open(cast().member)
    await page.goto(path)
    await expect(page.getByRole('button', { name: button })).toBeVisible()
    await tabTo(page, button)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: title })
    await expect(dialog).toBeVisible()
    for (let presses = 0; presses < 8; presses++) {
      await page.keyboard.press('Tab')
      const inside = () => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null
      expect(await page.evaluate(inside), 'the focus stays in the dialog').toBe(true)
    }
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('button', { name: button })).toBeFocused()
  })

test('Escape closes asking and the focus goes back to what opened it', async ({ open }) => {
  const page = await open(cast().asker)
  await page.goto(`/m/${cast().verifier.handle}`)
  await expect(page.getByRole('link', { name: 'Ask for an introduction' })).toBeVisible()
  await tabTo(page, /^Ask for an introduction/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('link', { name: 'Ask for an introduction' })).toBeFocused()
})

test('the focus goes through a form from top to bottom', async ({ open }) => {
  const page = await open(cast().applicant)
  await page.goto('/me/verification?task=details')
  await expect(page.getByRole('button', { name: 'Save' })).toBeVisible()
  await tabTo(page, /^Back to the tasks/)
  let last = 0
  for (;;) {
    await page.keyboard.press('Tab')
    const { called, top } = await focused(page)
    expect(top, called).toBeGreaterThanOrEqual(last)
    if (called === 'Save') break
    last = top
  }
})

test('errors of a form are listed, focused, and lead to their fields', async ({ open }) => {
  const page = await open()
  await page.goto('/apply')
  await tabTo(page, /^I accept the terms/)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const summary = page.getByRole('alert')
  await expect(summary).toBeFocused()
  await expect(page).toHaveTitle(/^Error: /)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Given name')).toBeFocused()
  await expect(page.getByLabel('Given name')).toHaveAttribute('aria-invalid', 'true')
})

test('single keys do nothing while something is typed, and can be turned off', async ({ open }) => {
  const page = await open(cast().verifier)
  await page.goto('/verify?view=decided')
  await expect(page.getByRole('table')).toBeVisible()
  await page.keyboard.press('j')
  await expect(page.getByRole('row').nth(1).getByRole('link')).toBeFocused()
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keys' })
  await dialog.getByLabel('Single keys do things').press('Space')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await page.keyboard.press('j')
  await expect(page.getByRole('row').nth(2).getByRole('link')).not.toBeFocused()
})

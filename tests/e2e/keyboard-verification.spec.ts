// Every page of verification by keyboard alone, whole paths: no test here uses the pointer.
import type { Page } from '@playwright/test'
import { alone } from './lib/alone'
import { tooWide } from './lib/axe'
import { cast } from './lib/cast'
import { checked, recommend, refuse, taken, vouchAsked } from './lib/cases'
import { pressOn, tabTo, write } from './lib/keyboard'
import { picture } from './lib/picture'
import { expect, test } from './lib/test'
import { settled } from './lib/visit'

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

test('being verified: the tasks, a photograph, sending, what has happened, withdrawing', async ({ open, member }) => {
  const person = await member()
  // A telephone with a keyboard.
  const page = await open(person, { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } })
  await page.goto('/me/verification')
  await expect(page.getByRole('button', { name: 'Begin' })).toBeVisible()
  await pressOn(page, /^Begin/)
  await expect(page.getByLabel('Date of birth')).toBeVisible()
  await write(page, /^Given name/, person.given)
  await write(page, /^Family name/, person.family)
  await write(page, /^Date of birth/, '05051980')
  await pressOn(page, /^Save/)

  await expect(page.getByText('1 of 3 tasks completed.')).toBeVisible()
  await pressOn(page, /^Evidence/)
  await expect(page.getByLabel('What is it?')).toBeVisible()
  await write(page, /^What is it/, 'Passport')
  await pressOn(page, /^Add$/)
  await expect(page.getByText('Choose files').first()).toBeVisible()
  await tabTo(page, /^Take a photograph/)
  const chooser = page.waitForEvent('filechooser')
  await page.keyboard.press('Enter')
  await (await chooser).setFiles(picture('passport.png', 300, 200))
  await expect(page.getByText('Ready, 1 page')).toBeVisible()
  await pressOn(page, /^Go on/)

  await alone('queue', async () => {
    await pressOn(page, /^Check and send/)
    await expect(page.getByText('5 May 1980')).toBeVisible()
    await pressOn(page, /^Send for verification/)
    await expect(page.getByText('Your request waits for a verifier')).toBeVisible()
    await expect(page.getByRole('heading', { name: 'What has happened' })).toBeVisible()
    await pressOn(page, /^Withdraw the request/)
    const dialog = page.getByRole('dialog')
    await expect(dialog).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('button', { name: 'Withdraw the request' })).toBeFocused()
    await page.keyboard.press('Enter')
    await pressOn(page, /^Withdraw$/)
    await expect(page.getByText('Your request is withdrawn.').first()).toBeVisible()
  })
})

test('vouching: a request is opened, refused with what is missing, and given', async ({ open, member }) => {
  const asking = await member()
  const voucher = await member({ level: 3 })
  const verifier = await member({ roles: ['verifier'] })
  await vouchAsked(asking, voucher, verifier)

  const page = await open(voucher)
  await page.goto('/me/vouches')
  await expect(page.getByRole('heading', { name: asking.name })).toBeVisible()
  await pressOn(page, /^What your word means/)
  await expect(page.getByText('It holds for two years')).toBeVisible()
  await pressOn(page, /^I know this person/)
  await pressOn(page, /^Vouch$/)
  await expect(page.getByRole('alert')).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('How do you know this person?')).toBeFocused()
  await page.keyboard.type('We worked in one department for six years.')
  await write(page, /^Since when/, '05052012')
  await write(page, /^By which name/, asking.name)
  for (const truth of [/^We are not family/, /^We do not live/, /^What I say here is true/]) await pressOn(page, truth, 'Space')
  await pressOn(page, /^Vouch$/)
  await expect(page.getByText('You vouched.')).toBeVisible()
})

test('a verifier opens a case from the queue, records a check and approves; an admin sees what a recall would reach', async ({ open, member }) => {
  const person = await member()
  const verifier = await member({ level: 2, roles: ['verifier'] })
  const one = await taken(person, verifier)
  const page = await open(verifier)

  await test.step('the queue', async () => {
    await page.goto('/verify')
    await expect(heading(page, 'Verification cases')).toBeVisible()
    await pressOn(page, /^Mine/)
    await expect(page.getByRole('table')).toContainText(person.name)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await expect(heading(page, person.name)).toBeVisible()
    await expect(page.locator('#main')).toBeFocused()
  })

  await test.step('a check', async () => {
    await pressOn(page, /^Record a check/)
    await write(page, /^What did you do/, 'Looked at an image')
    await pressOn(page, /^It holds/, 'Space')
    await pressOn(page, /^Save the check/)
    await expect(page.getByRole('listitem').filter({ hasText: 'Looked at an image of it' })).toContainText('Passed')
  })

  await test.step('the decision', async () => {
    await checked(verifier, one)
    await page.reload()
    await expect(heading(page, person.name)).toBeVisible()
    await pressOn(page, /^Yes/, 'Space')
    await pressOn(page, /^Continue/)
    await expect(page.locator('#decision')).toBeFocused()
    await pressOn(page, /^Approve$/)
    await expect(page.getByRole('heading', { name: 'Approved' })).toBeVisible()
  })

  await test.step('the recall', async () => {
    const admin = await open(await member({ roles: ['admin'] }))
    await admin.goto('/admin/recall')
    await expect(heading(admin, "Recall a verifier's work")).toBeVisible()
    await write(admin, /^The verifier's handle/, verifier.handle)
    await pressOn(admin, /^Show what it would reach/)
    await expect(admin.locator('#reach')).toBeFocused()
    await expect(admin.getByRole('row', { name: 'Verifications that hold 1' })).toBeVisible()
    const reason = `${verifier.name} lent the seal to somebody else.`
    await write(admin, /^Why/, reason)
    await pressOn(admin, /^Ask for the recall/)
    await expect(admin).toHaveURL('/admin/two-person')
    await expect(admin.getByText(reason)).toBeVisible()
    await pressOn(admin, /^Take back/)
    await write(admin, /^Why not/, 'It was lent to a colleague of theirs.')
    await pressOn(admin, /^Take back/)
    await expect(admin.getByText(reason)).toHaveCount(0)
  })
})

test('a second person looks for themselves, then sees what the first found and confirms', async ({ open, member }) => {
  const person = await member()
  const verifier = await member({ level: 2, roles: ['verifier'] })
  const second = await member({ level: 2, roles: ['verifier'] })
  const one = await taken(person, verifier)
  await recommend(verifier, second, one)
  const page = await open(second)
  await page.goto('/verify?view=mine')
  await expect(page.getByRole('table')).toContainText(person.name)
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`/verify/${one.id}`)
  for (const left of [1, 0]) {
    await pressOn(page, /^It holds/, 'Space')
    await pressOn(page, /^Save$/)
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toHaveCount(left)
  }
  await expect(page.getByText('I know the employer.')).toBeVisible()
  await pressOn(page, /^Yes, confirm it/, 'Space')
  await pressOn(page, /^Send$/)
  await expect(page.getByRole('heading', { name: 'Approved' })).toBeVisible()

  // The two are in the figures, which fit a telephone.
  await page.goto('/admin/statistics')
  await expect(page.getByRole('row').filter({ hasText: `${verifier.name}, confirmed by ${second.name}` })).toContainText('1 confirmed, 0 given back; 100 %')
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await tooWide(page)).toBe(0)
})

test('an appeal is made by the member and decided by somebody else', async ({ open, member }) => {
  const person = await member()
  const verifier = await member({ roles: ['verifier'] })
  await refuse(verifier, await taken(person, verifier))
  const mine = await open(person)
  await mine.goto('/me/verification')
  await expect(mine.getByText('Appeal the decision')).toBeVisible()
  await pressOn(mine, /^Appeal the decision/)
  await write(mine, /^What is wrong with the decision/, 'The entry is there.')
  await pressOn(mine, /^Send the appeal/)
  await expect(mine.getByRole('heading', { name: 'Your appeal' })).toBeVisible()

  const page = await open(await member({ roles: ['admin'] }))
  await page.goto('/appeals')
  await expect(page.getByRole('link', { name: new RegExp(person.name) })).toBeVisible()
  await pressOn(page, new RegExp(person.name))
  await expect(heading(page, `Appeal of ${person.name}`)).toBeVisible()
  await pressOn(page, /^Tell them that somebody looks at it/)
  await expect(page.getByText('They have been told.').first()).toBeVisible()
  await pressOn(page, /^The decision stands/, 'Space')
  await write(page, /^What the member reads/, 'The register has no entry of this number.')
  await pressOn(page, /^Save$/)
  await expect(page).toHaveURL('/appeals')
  await expect(page.getByRole('link', { name: new RegExp(person.name) })).toHaveCount(0)

  // It is in the figures, which fit a telephone.
  await page.goto('/admin/statistics')
  await expect(page.getByRole('table', { name: 'Appeals by how the decision was come to' })).toContainText('Remote')
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await tooWide(page)).toBe(0)
})

test('the policy is changed and simulated, and its publication asked for', async ({ open }) => {
  const page = await open(cast().admin)
  await page.goto('/admin/policy')
  await expect(page.getByRole('button', { name: 'Save the draft' })).toBeVisible()
  await alone('policy', async () => {
    await pressOn(page, /^Save the draft/)
    await expect(page.locator('#main')).toBeFocused()
    await expect(page.getByRole('button', { name: 'Simulate over all members' })).toBeVisible() // it is read anew
    await settled(page)
    await pressOn(page, /^Simulate over all members/)
    await expect(page.getByText(/would lose their level/)).toBeVisible()
    await pressOn(page, /^Ask a second person/)
    await expect(page.getByRole('alert')).toBeFocused()
  })
})

test('figures are shown for other days, and saved', async ({ open }) => {
  const page = await open(cast().verifier)
  await page.goto('/admin/statistics')
  await expect(page.getByLabel('First day')).toBeVisible()
  await write(page, /^First day/, '05052026')
  await pressOn(page, /^Show$/)
  await expect(page).toHaveURL('/admin/statistics?since=2026-05-05')
  const saved = page.waitForEvent('download')
  await pressOn(page, /^Download the months as CSV/)
  expect((await saved).suggestedFilename()).toMatch(/\.csv$/)
})

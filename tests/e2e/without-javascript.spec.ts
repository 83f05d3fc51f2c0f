// What strangers can do whose browser runs no scripts: search, turn pages, read a profile, take its card along,
// search in the widget.
import { expectAccessible, tooWide } from './lib/axe'
import { cast } from './lib/cast'
import { expect, test } from './lib/test'
import { unwrapped } from './lib/unwrapped'

const still = { javaScriptEnabled: false }

test('a stranger finds a member, reads the profile and turns pages', async ({ open }) => {
  const page = await open(null, still)
  await page.goto('/')
  await page.getByRole('searchbox', { name: 'Name, profession or topic' }).fill('Amelia')
  await page.getByRole('button', { name: 'Search' }).click()
  const found = page.getByRole('main').getByRole('listitem').getByRole('link', { name: 'Amelia Brandt' })
  await found.click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Amelia Brandt')
  // Playwright finds no text by itself within noscript.
  await expect(page.getByRole('main')).toContainText('Structural engineer, timber and hybrid buildings')
  await expect(page.getByRole('definition').filter({ hasText: 'Switzerland' })).toBeVisible()
  await expect(page).toHaveTitle('Amelia Brandt - Example Society of Engineers')

  const waiting = page.waitForEvent('download')
  await page.getByRole('link', { name: 'vCard' }).click()
  expect((await waiting).suggestedFilename()).toBe(`${cast().member.handle}.vcf`)

  await page.goto('/?all=1')
  const names = page.getByRole('main').getByRole('heading', { level: 3 })
  await expect(names).toHaveCount(20)
  const first = await names.first().innerText()
  await page.getByRole('link', { name: 'Next page' }).click()
  await expect(names.first()).not.toHaveText(first)
  await page.goBack()
  const facet = page.getByRole('navigation', { name: 'Countries' }).getByRole('link').first()
  const country = await facet.innerText()
  await facet.click()
  await expect(page.getByRole('link', { name: country, exact: true }).first()).toHaveAttribute('aria-current', 'true')
})

test('what was typed wrong is told, and no member for members is found', async ({ open }) => {
  const page = await open(null, still)
  await page.goto('/?q=skill:xyzzy')
  await expect(page.getByRole('alert')).toContainText('No topic is called')
  await page.goto('/?q=Castelli')
  await expect(page.getByRole('heading', { name: 'Nobody was found' })).toBeVisible()
})

test('a profile that is not public is not there', async ({ open, faults }) => {
  faults.expect(404)
  const page = await open(null, still)
  await page.goto(`/m/${cast().friend.handle}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No public profile here')
})

for (const path of ['/?all=1', '/?q=skill:xyzzy', '/m/HANDLE', '/embed/search?all=1'])
  test(`accessible and narrow without JavaScript: ${path}`, async ({ open }) => {
    const page = await open(null)
    await unwrapped(page, path.replace('HANDLE', cast().member.handle))
    await expect(page.locator('main h1')).toHaveCount(1)
    await expectAccessible(page)
    await page.setViewportSize({ width: 320, height: 640 })
    expect(await tooWide(page)).toBe(0)
  })

test('the widget is searched in its own page, and leads out of its frame', async ({ open }) => {
  const page = await open(null, still)
  await page.goto('/embed/search?q=Amelia')
  await expect(page.getByRole('link', { name: 'Amelia Brandt' })).toHaveAttribute('target', '_top')
  await page.getByRole('searchbox').fill('nosuchword')
  await page.getByRole('button', { name: 'Search' }).click()
  await expect(page).toHaveURL(/\/embed\/search\?q=nosuchword/)
  await expect(page.getByRole('heading', { name: 'Nobody was found' })).toBeVisible()
  expect(await page.context().cookies()).toEqual([])
})

test('a member says on the profile what search engines may do', async ({ open, member }) => {
  const person = await member({ tier: 'public', fields: { headline: 'On the web' } })
  const page = await open(person)
  await page.goto('/me')
  const box = page.getByRole('region', { name: 'On the web' })
  await expect(box.getByText('People who are not signed in see')).toBeVisible()
  await box.getByRole('checkbox', { name: 'Search engines may list it' }).check()
  await box.getByRole('button', { name: 'Keep these choices' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()

  const stranger = await open(null, still)
  await stranger.goto(`/m/${person.handle}`)
  await expect(stranger.locator('meta[name=robots]')).toHaveCount(0)
})

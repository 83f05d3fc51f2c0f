// Searching and what is kept of it, in every state: see pages.ts.
import type { Page } from '@playwright/test'
import { expect } from './test'
import { opens, press, type Visit } from './visit'

const box = (page: Page) => page.getByRole('combobox', { name: 'Name, topic or keyword' })

/** Type into the box until something is proposed. */
const typing = (words: string) => async (page: Page) => {
  await box(page).pressSequentially(words)
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
}

const listing = async (page: Page) => {
  await press(/^Change.*In the directory/)(page)
  await expect(page.getByLabel(/^Leave the directory until/)).toBeVisible()
}

export const searching: Visit[] = [
  { name: 'chosen filters', who: 'member', path: '/?q=wood&country=CH&level=2' },
  { name: 'near a place', who: 'member', path: '/?near=2657896&km=100' },
  {
    name: 'places completing',
    who: 'member',
    path: '/?all=1',
    then: async (page) => {
      if (await page.getByText(/^Filters/).isVisible()) await page.getByText(/^Filters/).click()
      await page.getByRole('combobox', { name: 'Place to be near' }).pressSequentially('zür')
      await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
    }
  },
  { name: 'topics completing', who: 'member', path: '/', then: typing('wood') },
  { name: 'members completing', who: 'member', path: '/', then: typing('Castel') },
  { name: 'places and more completing', who: 'nobody', path: '/', then: typing('Zuri') },
  { name: 'topics completing behind an operator', who: 'member', path: '/', then: typing('level:2 skill:seis') },
  { name: 'why each was found', who: 'member', path: '/?q=seismic' },
  { name: 'who could introduce', who: 'asker', path: '/?q=seismic' },
  { name: 'profile, who could introduce', who: 'asker', path: ({ friend }) => `/m/${friend.handle}`, fixed: true },
  { name: 'another spelling, searched', who: 'member', path: '/?q=Castely' },
  { name: 'words that cannot be understood', who: 'member', path: '/?q=skil:wood', status: 422 },
  { name: 'an operator that is not known, as a stranger', who: 'nobody', path: '/?q=skill:xyzzy', status: 422 },
  { name: 'saving a search', who: 'member', path: '/?all=1', then: opens('Save this search'), fixed: true },
  {
    name: 'saving a search with errors',
    who: 'member',
    path: '/?all=1',
    then: async (page) => {
      await opens('Save this search')(page)
      await press('Save')(page)
    },
    fixed: true
  },
  { name: 'nobody found', who: 'member', path: '/?q=zzzzzz&country=CH' },
  { name: 'asking the organisation', who: 'member', path: '/?q=zzzzzz', then: opens('Ask the organisation'), fixed: true },
  {
    name: 'asking the organisation with errors',
    who: 'member',
    path: '/?q=zzzzzz',
    then: async (page) => {
      await opens('Ask the organisation')(page)
      await press('Send the question')(page)
    },
    fixed: true
  },
  { name: 'saved searches, none', who: 'newcomer', path: '/me/searches' },
  { name: 'saved searches', who: 'member', path: '/me/searches' },
  { name: 'a saved search, changing', who: 'member', path: '/me/searches', then: press(/^Change/) },
  { name: 'a saved search, deleting', who: 'member', path: '/me/searches', then: opens(/^Delete/), fixed: true },
  {
    name: 'whom a saved search told of',
    who: 'member',
    path: '/me/searches',
    then: async (page) => {
      const card = page.locator('li.card').filter({ has: page.getByRole('heading', { name: 'Joints that shake' }) })
      await card.getByRole('link', { name: /new/ }).click()
      await expect(page.getByRole('heading', { level: 1, name: /Joints that shake/ })).toBeVisible()
    }
  },
  { name: 'questions of members', who: 'verifier', path: '/questions' },
  {
    name: 'questions of members, answering with errors',
    who: 'verifier',
    path: '/questions',
    then: async (page) => {
      await page.locator('main summary', { hasText: 'Answer' }).first().click()
      await press('Send the answer')(page)
    }
  },
  { name: 'questions of members, answered', who: 'verifier', path: '/questions?view=answered' },
  { name: 'my profile, changing how one is listed', who: 'member', path: '/me', then: listing },
  { name: 'my profile under a pseudonym', who: 'hidden', path: '/me' },
  { name: 'my profile while away', who: 'away', path: '/me', then: listing },
  {
    name: 'my profile, listed confidentially without being verified',
    who: 'newcomer',
    path: '/me',
    status: 422,
    then: async (page) => {
      await listing(page)
      await page.getByRole('radio', { name: /^Confidentially/ }).check()
      await press('Save')(page)
      await expect(page.getByRole('alert')).toBeVisible()
    }
  },
  {
    name: 'my profile, proposing a topic with errors',
    who: 'friend',
    path: '/me',
    then: async (page) => {
      await page.getByText('Propose a topic', { exact: true }).click()
      await press('Propose it')(page)
    }
  },
  { name: 'profile under a pseudonym', who: 'member', path: ({ pseudonym }) => `/m/${pseudonym}`, fixed: true },
  { name: 'profile of who is away', who: 'member', path: ({ away }) => `/m/${away.handle}`, status: 404 }
]

// Pages of administration and of the evidence policy, in every state: see pages.ts.
import { alone } from './alone'
import { cast } from './cast'
import { expect } from './test'
import { press, type Visit } from './visit'

export const staff: Omit<Visit, 'who'>[] = [
  { name: 'two persons, nothing waits', path: '/admin/two-person?view=settled' },
  {
    name: 'two persons, something waits',
    path: '/admin/two-person',
    then: async (page) => {
      // Asked once; who comes again finds it waiting.
      await page.goto('/admin/two-person?view=ask')
      await page.getByLabel('What do you ask for?').selectOption('role_grant')
      await page.getByLabel("Member's handle").fill(cast().friend.handle)
      await page.getByLabel('Role').selectOption('auditor')
      await page.getByLabel('Why?').fill('They look at what the others do, from May on.')
      await press('Ask for it')(page)
      await page.goto('/admin/two-person')
      await expect(page.getByText('becomes auditor.').first()).toBeVisible()
      await press('Take back')(page)
    }
  },
  { name: 'two persons, asking with errors', path: '/admin/two-person?view=ask', then: press('Ask for it') },
  { name: 'recall', path: '/admin/recall' },
  {
    name: 'recall, what it would reach',
    path: '/admin/recall',
    then: async (page) => {
      await page.getByLabel("The verifier's handle").fill(cast().verifier.handle)
      await press('Show what it would reach')(page)
      await expect(page.getByRole('heading', { name: /would reach/ })).toBeVisible()
    },
    fixed: true
  },
  { name: 'verification of a member, with errors', path: (cast) => `/admin/verification/${cast.friend.handle}`, then: press('Do it'), fixed: true },
  { name: 'two persons, asking with what is known', path: (cast) => `/admin/two-person?view=ask&kind=merge_persons&from=${cast.doubted.handle}&into=${cast.reviewed.handle}` },
  { name: 'the same person?', path: '/duplicates' },
  {
    name: 'two persons kept apart, with errors',
    path: '/duplicates',
    then: async (page) => {
      await page.getByText('They are two persons').first().click()
      await page.getByRole('button', { name: 'They are two persons' }).first().click()
    }
  },
  {
    name: 'the same person, which stays',
    path: '/duplicates',
    then: (page) => page.getByText('They are the same person').first().click()
  },
  { name: 'roles', path: '/admin/roles' },
  {
    name: 'taking a role away with errors',
    path: '/admin/roles',
    then: async (page) => {
      await page.getByText('Take a role away').first().click()
      await page.getByRole('button', { name: 'Take the role away' }).first().click()
    }
  },
  { name: 'topics', path: '/admin/topics' },
  { name: 'topics found', path: '/admin/topics?q=seismic' },
  { name: 'topics without a place', path: '/admin/topics?view=orphans' },
  {
    name: 'topics, a new one with errors',
    path: '/admin/topics',
    then: async (page) => {
      await page.getByText('Make a new topic').click()
      await press('Make the topic')(page)
    }
  },
  {
    name: 'a topic',
    path: '/admin/topics?topic=T10038',
    then: async (page) => {
      for (const text of ['Add a name', 'Put it elsewhere', 'Merge it into another topic'])
        await page.getByText(text, { exact: true }).click()
    }
  },
  {
    name: 'merging a topic with errors',
    path: '/admin/topics?topic=T10038',
    then: async (page) => {
      await page.getByText('Merge it into another topic', { exact: true }).click()
      await page.getByRole('button', { name: 'Merge', exact: true }).click()
    }
  },
  { name: 'topics of our own', path: '/admin/topics?view=own' },
  { name: 'topics that are retired', path: '/admin/topics?view=retired' },
  { name: 'proposals of topics', path: '/admin/topics?view=proposals' },
  {
    name: 'a proposal of a topic, deciding with errors',
    path: '/admin/topics?view=proposals',
    then: async (page) => {
      const card = page.locator('li.card', { hasText: 'Shaking tables' })
      await card.locator('summary').click()
      await card.getByRole('radio', { name: /^The same as a topic/ }).check()
      await card.getByRole('button', { name: 'Decide' }).click()
    }
  },
  { name: 'no broken glass', path: '/admin/two-person/00000000-0000-7000-8000-000000000000/case', status: 404 }
]

export const policy: Visit[] = [
  { name: 'evidence policy', who: 'admin', path: '/admin/policy' },
  { name: 'evidence policy, refused', who: 'member', path: '/admin/policy', status: 403 },
  {
    name: 'evidence policy with errors',
    who: 'admin',
    path: '/admin/policy',
    then: async (page) => {
      await page.getByLabel('Independent vouches that give level 2').fill('many')
      await press('Save the draft')(page)
      await expect(page.getByRole('alert')).toBeVisible()
    }
  },
  {
    name: 'evidence policy, simulated',
    who: 'admin',
    path: '/admin/policy',
    then: async (page) => {
      await alone('policy', async () => {
        await press('Save the draft')(page)
        await press('Simulate over all members')(page)
        await expect(page.getByText(/would lose their level/)).toBeVisible()
      })
    }
  }
]

// Pages of verifiers, the second person's too, in every state: see pages.ts.
import type { Cast } from './cast'
import { expect } from './test'
import { opens, press, type Visit } from './visit'

const caseOf = ({ case: id }: Cast) => `/verify/${id}`
export const verifier: Omit<Visit, 'who'>[] = [
  { name: 'queue, waiting', path: '/verify' },
  { name: 'queue, mine', path: '/verify?view=mine' },
  { name: 'queue, decided', path: '/verify?view=decided' },
  { name: 'queue, second approvals', path: '/verify?view=second' },
  { name: 'queue, held', path: '/verify?view=held' },
  { name: 'queue, all', path: '/verify?view=all' },
  { name: 'case that is held', path: ({ held }) => `/verify/${held}`, fixed: true },
  {
    name: 'case that is held, refusing with errors',
    path: ({ held }) => `/verify/${held}`,
    then: async (page) => {
      await page.getByText('No, do not approve it').click()
      await press('Do not approve')(page)
    },
    fixed: true
  },
  { name: 'case with a meeting', path: ({ meeting }) => `/verify/${meeting}`, fixed: true },
  { name: 'case that waits for the second person', path: ({ confirming }) => `/verify/${confirming}`, fixed: true },
  { name: 'conflict of interest', path: caseOf, then: opens('I am involved'), fixed: true },
  {
    name: 'case, proposing a meeting with errors',
    path: caseOf,
    then: async (page) => {
      await page.getByText('Propose a meeting').click()
      await press('Propose it')(page)
    },
    fixed: true
  },
  {
    name: 'case, using the referee with errors',
    path: caseOf,
    then: async (page) => {
      await page.getByText('Use a trusted referee').click()
      await press('Go on as the referee')(page)
    },
    fixed: true
  },
  {
    name: 'case, rejecting for good',
    path: caseOf,
    then: async (page) => {
      await page.getByLabel('No', { exact: true }).check()
      await page.getByLabel('Not a member of the organisation').check()
      await page.getByLabel('What the member reads').fill('You are not a member here.')
      await press('Continue')(page)
      await expect(page.getByRole('button', { name: 'Send to a second person' })).toBeVisible()
    },
    fixed: true
  },
  { name: 'keys of the queue', path: '/verify', then: opens('Keys'), fixed: true },
  { name: 'case', path: caseOf, fixed: true },
  {
    name: 'case, recording a check with errors',
    path: caseOf,
    then: async (page) => {
      await page.getByText('Record a check').first().click()
      await press('Save the check')(page)
    },
    fixed: true
  },
  { name: 'case, deciding with errors', path: caseOf, then: press('Continue'), fixed: true },
  {
    name: 'case, asking the member',
    path: caseOf,
    then: async (page) => {
      await page.getByLabel('I need more from the member').check()
      await press('Continue')(page)
    },
    fixed: true
  },
  {
    name: 'case, before approving',
    path: caseOf,
    then: async (page) => {
      await page.getByLabel('Yes').check()
      await press('Continue')(page)
      await expect(page.getByRole('button', { name: 'Approve' })).toBeVisible()
    },
    fixed: true
  },
  {
    name: 'case that was decided',
    path: '/verify?view=decided',
    then: async (page) => {
      await page.getByRole('rowheader').first().getByRole('link').click()
      await expect(page.getByRole('heading', { name: 'History' })).toBeVisible()
    },
    fixed: true
  },
  { name: 'no such case', path: '/verify/00000000-0000-7000-8000-000000000000', status: 404 }
]

export const confirming: Visit[] = [
  { name: 'second approval, looking first', who: 'second', path: ({ confirming: id }) => `/verify/${id}`, fixed: true },
  {
    name: 'second approval, with errors',
    who: 'second',
    path: ({ confirming: id }) => `/verify/${id}`,
    then: press('Save'),
    fixed: true
  }
]

// Pages of vouches, appeals, reports and retention, in every state: see pages.ts.
import { expect } from './test'
import { press, type Visit } from './visit'

export const redress: Visit[] = [
  { name: 'report somebody', who: 'nobody', path: '/report' },
  { name: 'report somebody with errors', who: 'nobody', path: '/report', then: press('Send') },
  { name: 'confirm a report', who: 'nobody', path: '/report?code' },
  { name: 'no vouch requests', who: 'newcomer', path: '/me/vouches' },
  { name: 'vouch requests', who: 'friend', path: '/me/vouches' },
  {
    name: 'vouching with errors',
    who: 'friend',
    path: '/me/vouches',
    then: async (page) => {
      await press(/^I know this person/)(page)
      await page.getByRole('button', { name: 'Vouch', exact: true }).click()
    }
  },
  { name: 'declining to vouch', who: 'friend', path: '/me/vouches', then: press(/^Decline/) },
  {
    name: 'asking a voucher',
    who: 'applicant',
    path: '/me/verification?task=evidence',
    then: (page) => page.getByText('Ask a member to vouch for you').click()
  },
  {
    name: 'appealing with errors',
    who: 'refused',
    path: '/me/verification',
    then: async (page) => {
      await page.getByText('Appeal the decision').first().click()
      await press('Send the appeal')(page)
    }
  },
  { name: 'an appeal that waits', who: 'objecting', path: '/me/verification' },
  { name: 'appeals', who: 'admin', path: '/appeals' },
  { name: 'appeals, decided', who: 'admin', path: '/appeals?view=decided' },
  {
    name: 'deciding an appeal with errors',
    who: 'admin',
    path: '/appeals',
    then: async (page) => {
      await page.locator('main').getByRole('link', { name: /Kowalski/ }).click()
      await press('Save')(page)
    },
    fixed: true
  },
  { name: 'vouches to look at', who: 'verifier', path: '/vouch-reviews' },
  { name: 'reports', who: 'admin', path: '/complaints' },
  {
    name: 'a report, suspending with errors',
    who: 'admin',
    path: '/complaints',
    then: async (page) => {
      await page.locator('main summary', { hasText: 'Decide' }).first().click()
      await page.getByLabel('Verification suspended').first().click()
      await press('Save')(page)
      await expect(page.getByLabel('Reason').getByRole('option', { name: 'Somebody has reported it' })).toBeAttached()
    }
  },
  {
    name: 'retention',
    who: 'admin',
    path: '/retention',
    then: async (page) => {
      await page.getByText('Place a hold').click()
      await press('Place the hold')(page)
    }
  }
]

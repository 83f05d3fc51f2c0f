// Pages about checks that run by themselves, in every state: see pages.ts.
import type { Page } from '@playwright/test'
import type { Visit } from './pages'
import { expect } from './test'

const refused = (button: string) => async (page: Page) => {
  await page.getByRole('button', { name: button, exact: true }).click()
  await expect(page.getByRole('alert')).toBeVisible()
}

export const checks: Visit[] = [
  { name: 'proofs, none', who: 'newcomer', path: '/me/proofs' },
  {
    name: 'proofs, an address with errors',
    who: 'newcomer',
    path: '/me/proofs',
    status: 422,
    then: refused('Send the code')
  },
  {
    name: 'proofs, what to put on a page',
    who: 'applicant',
    path: '/me/proofs',
    then: async (page) => {
      await page.getByLabel('Address', { exact: true }).fill('https://example.org/~farid')
      await page.getByRole('button', { name: 'Show me what to put there' }).click()
      await expect(page.getByRole('heading', { name: 'example.org' }).first()).toBeVisible()
    }
  },
  { name: 'administration', who: 'admin', path: '/admin' },
  { name: 'administration refused', who: 'member', path: '/admin' },
  { name: 'registers', who: 'admin', path: '/admin/connectors' },
  { name: 'registers refused', who: 'member', path: '/admin/connectors', status: 403 },
  {
    name: 'registers, adding a service with errors',
    who: 'admin',
    path: '/admin/connectors',
    status: 422,
    then: async (page) => {
      await page.getByRole('radio', { name: 'Web service' }).check()
      await refused('Add')(page)
    }
  },
  { name: 'lists', who: 'admin', path: '/admin/rosters' },
  { name: 'lists refused', who: 'member', path: '/admin/rosters', status: 403 }
]

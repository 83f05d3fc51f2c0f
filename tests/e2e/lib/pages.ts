// Every page of the app in every state, and who sees it so, for rules that hold everywhere.
import { checks } from './pages-checks'
import { redress } from './pages-redress'
import { searching } from './pages-search'
import { policy, staff } from './pages-staff'
import { confirming, verifier } from './pages-verify'
import { expect } from './test'
import { opens, press, type Visit } from './visit'

const signedOut: Omit<Visit, 'who'>[] = [
  { name: 'search', path: '/' },
  { name: 'search results', path: '/?all=1' },
  { name: 'nobody found', path: '/?q=zzzzzz' },
  { name: 'profile', path: ({ member }) => `/m/${member.handle}`, fixed: true },
  {
    name: 'profile, how it was verified',
    path: ({ member }) => `/m/${member.handle}`,
    then: (page) => page.locator('summary').first().click(),
    fixed: true
  },
  { name: 'asking, not signed in', path: ({ member }) => `/m/${member.handle}/ask`, fixed: true },
  { name: 'no such member', path: '/m/no-such-member', status: 404 },
  { name: 'no such page', path: '/nothing/here' },
  { name: 'sign in', path: '/sign-in' },
  { name: 'sign in with errors', path: '/sign-in', then: press('Sign in') },
  { name: 'sign in for a TMTP client', path: '/sign-in?next=/oauth2/authorize?client_id=tmtp' },
  { name: 'apply', path: '/apply' },
  { name: 'apply with errors', path: '/apply', then: press('Create the account') },
  { name: 'confirm', path: '/apply/confirm?email=a@example.org' },
  { name: 'confirm with errors', path: '/apply/confirm', then: press('Confirm') },
  { name: 'forgotten password', path: '/password' },
  { name: 'new password', path: '/password/confirm?email=a@example.org' },
  { name: 'a page for members', path: '/introductions' },
  { name: 'check a receipt', path: '/receipt' },
  { name: 'check a receipt, errors', path: '/receipt', then: press('Check the receipt') },
  {
    name: 'a receipt that is none',
    path: '/receipt#e30.e30.e30',
    then: (page) => expect(page.getByText('This is no receipt of ours')).toBeVisible()
  },
  {
    name: 'profile, what was checked',
    path: ({ member }) => `/m/${member.handle}`,
    then: (page) => page.getByText('What was checked').click(),
    fixed: true
  }
]

const newcomer: Omit<Visit, 'who'>[] = [
  { name: 'own page, empty', path: ({ newcomer }) => `/m/${newcomer.handle}`, fixed: true },
  { name: 'asking, not verified', path: ({ friend }) => `/m/${friend.handle}/ask`, fixed: true },
  { name: 'my profile, empty', path: '/me' },
  { name: 'be verified, before', path: '/me/verification' },
  { name: 'TMTP account, not verified', path: '/me/messages' },
  { name: 'no requests', path: '/introductions' },
  { name: 'nobody asked', path: '/introductions?box=sent' },
  { name: 'no contacts', path: '/introductions?box=connected' },
  { name: 'nothing past', path: '/introductions?box=past' },
  { name: 'console refused', path: '/verify' },
  { name: 'sharing, not verified', path: '/me/verification/share' },
  { name: 'duplicates refused', path: '/duplicates' },
  { name: 'roles refused', path: '/admin/roles', status: 403 },
  { name: 'topics refused', path: '/admin/topics', status: 403 },
  { name: 'figures refused', path: '/admin/statistics', status: 403 },
  { name: 'audit log refused', path: '/admin/audit', status: 403 }
]

const member: Omit<Visit, 'who'>[] = [
  { name: 'search results', path: '/?all=1' },
  { name: 'menu', path: '/', then: press('Menu of your account') },
  { name: 'profile with what was proved', path: ({ friend }) => `/m/${friend.handle}`, fixed: true },
  { name: 'profile of somebody', path: ({ verifier }) => `/m/${verifier.handle}`, fixed: true },
  { name: 'profile of who was asked', path: ({ asked }) => `/m/${asked.handle}`, fixed: true },
  { name: 'profile of who asks', path: ({ asker }) => `/m/${asker.handle}`, fixed: true },
  { name: 'profile of a contact', path: ({ friend }) => `/m/${friend.handle}`, fixed: true },
  { name: 'block', path: ({ asker }) => `/m/${asker.handle}`, then: opens(/^Block/), fixed: true },
  { name: 'own page', path: ({ member }) => `/m/${member.handle}`, fixed: true },
  { name: 'own page as everyone', path: ({ member }) => `/m/${member.handle}?as=public`, fixed: true },
  { name: 'ask', path: ({ reviewed }) => `/m/${reviewed.handle}/ask`, fixed: true },
  { name: 'my profile', path: '/me' },
  ...['Name and work', 'About you', 'Place and languages', 'Topics'].map((section) => ({
    name: `my profile, changing ${section}`,
    path: '/me',
    then: press(new RegExp(`^Change.*${section}`))
  })),
  {
    name: 'my profile with errors',
    path: '/me',
    status: 422,
    then: async (page) => {
      await press(/^Change.*Name and work/)(page)
      await page.getByRole('textbox', { name: 'Name as shown' }).fill('')
      await press('Save')(page)
      await expect(page.getByRole('alert')).toBeVisible()
    }
  },
  { name: 'be verified, verified', path: '/me/verification' },
  { name: 'TMTP account', path: '/me/messages' },
  { name: 'asked of me', path: '/introductions' },
  { name: 'decline', path: '/introductions', then: opens(/^Decline/), fixed: true },
  { name: 'asked by me', path: '/introductions?box=sent' },
  { name: 'withdraw', path: '/introductions?box=sent', then: opens(/^Withdraw/), fixed: true },
  { name: 'connected', path: '/introductions?box=connected' },
  { name: 'end', path: '/introductions?box=connected', then: opens(/^End contact/), fixed: true },
  { name: 'past', path: '/introductions?box=past' }
]

const asking: Omit<Visit, 'who'>[] = [
  { name: 'ask', path: ({ verifier }) => `/m/${verifier.handle}/ask`, fixed: true },
  {
    name: 'ask with errors and preview',
    path: ({ verifier }) => `/m/${verifier.handle}/ask`,
    then: async (page) => {
      await press('Send the request')(page)
      await page.getByText(/^Preview/).click()
    },
    fixed: true
  }
]

const tasks: Visit[] = [
  { name: 'tasks', who: 'applicant', path: '/me/verification' },
  { name: 'withdraw a case', who: 'applicant', path: '/me/verification', then: opens('Withdraw'), fixed: true },
  { name: 'details', who: 'applicant', path: '/me/verification?task=details' },
  {
    name: 'details with errors',
    who: 'applicant',
    path: '/me/verification?task=details',
    then: async (page) => {
      await page.getByLabel('Date of birth').fill('')
      await press('Save')(page)
    }
  },
  { name: 'evidence', who: 'applicant', path: '/me/verification?task=evidence' },
  {
    name: 'evidence with errors',
    who: 'applicant',
    path: '/me/verification?task=evidence',
    then: async (page) => {
      await press('Add another')(page)
      await page.getByRole('button', { name: 'Add', exact: true }).click()
    }
  },
  { name: 'check answers', who: 'applicant', path: '/me/verification?task=check' },
  { name: 'in review', who: 'reviewed', path: '/me/verification' },
  { name: 'something is needed', who: 'questioned', path: '/me/verification' },
  { name: 'not verified', who: 'refused', path: '/me/verification' },
  { name: 'held', who: 'doubted', path: '/me/verification' },
  { name: 'a meeting proposed', who: 'met', path: '/me/verification' },
  { name: 'a meeting, choosing none', who: 'met', path: '/me/verification', then: press('Take this time') },
  { name: 'with a second person', who: 'referred', path: '/me/verification' },
  {
    name: 'asking for a trusted referee',
    who: 'refused',
    path: '/me/verification',
    then: (page) => page.getByLabel(/trusted referee/).check()
  }
]

const seenBy = (who: Visit['who'], some: Omit<Visit, 'who'>[]): Visit[] => some.map((one) => ({ ...one, who }))

export const visits: Visit[] = [
  ...seenBy('nobody', signedOut),
  ...seenBy('newcomer', newcomer),
  ...seenBy('member', member),
  ...seenBy('asker', asking),
  ...tasks,
  ...searching,
  ...redress,
  ...checks,
  ...seenBy('verifier', verifier),
  ...confirming,
  { name: 'menu', who: 'admin', path: '/', then: press('Menu of your account') },
  ...seenBy('admin', staff),
  ...policy,
  { name: 'sharing a verification', who: 'member', path: '/me/verification/share' },
  {
    name: 'a receipt just made',
    who: 'member',
    path: '/me/verification/share',
    then: async (page) => {
      await press('Make the receipt')(page)
      await expect(page.getByText('Your receipt is made.')).toBeVisible()
    },
    fixed: true
  },
  {
    name: 'a receipt that is good',
    who: 'member',
    path: '/me/verification/share',
    then: async (page) => {
      await press('Make the receipt')(page)
      await page.getByRole('link', { name: 'Open its page' }).click()
      await expect(page.getByText('This receipt is good.')).toBeVisible()
    },
    fixed: true
  },
  { name: 'figures', who: 'verifier', path: '/admin/statistics' },
  { name: 'audit log', who: 'admin', path: '/admin/audit' },
  {
    name: 'audit log, checked',
    who: 'admin',
    path: '/admin/audit',
    then: async (page) => {
      await press('Check the chain')(page)
      await expect(page.getByText('The log is whole')).toBeVisible()
    },
    fixed: true
  },
  { name: 'audit log, nothing found', who: 'admin', path: '/admin/audit?action=nothing.of.it' }
]

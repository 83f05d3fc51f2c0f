// Every page there is, by its address.
import type { Route } from './lib/router.svelte'
import type { StaffPage } from './staff'

// Pages of staff are listed apart: a member never fetches the list.
const staff =
  (page: StaffPage): Route['load'] =>
  async () =>
    (await import('./staff')).pages[page]()

export const routes: Route[] = [
  { path: '/', load: () => import('./pages/search/Search.svelte') },
  { path: '/m/{handle}', load: () => import('./pages/profile/Profile.svelte') },
  { path: '/m/{handle}/ask', load: () => import('./pages/profile/Profile.svelte') },
  { path: '/introductions', load: () => import('./pages/introductions/Introductions.svelte'), who: 'member' },
  { path: '/me', load: () => import('./pages/me/MyProfile.svelte'), who: 'member' },
  {
    path: '/me/verification',
    load: () => import('./pages/verification/MyVerification.svelte'),
    who: 'member'
  },
  { path: '/me/searches', load: () => import('./pages/saved/SavedSearches.svelte'), who: 'member' },
  { path: '/me/searches/{id}', load: () => import('./pages/saved/SavedMembers.svelte'), who: 'member' },
  { path: '/me/vouches', load: () => import('./pages/vouch/Vouches.svelte'), who: 'member' },
  { path: '/report', load: () => import('./pages/report/Report.svelte') },
  { path: '/appeals', load: staff('Appeals'), who: 'staff' },
  { path: '/appeals/{id}', load: staff('Appeal'), who: 'staff' },
  { path: '/vouch-reviews', load: staff('VouchReviews'), who: 'verifier' },
  { path: '/complaints', load: staff('Complaints'), who: 'admin' },
  { path: '/questions', load: staff('Questions'), who: 'staff' },
  { path: '/retention', load: staff('Retention'), who: 'admin' },
  { path: '/me/proofs', load: () => import('./pages/proofs/MyProofs.svelte'), who: 'member' },
  {
    path: '/me/verification/share',
    load: () => import('./pages/provenance/Share.svelte'),
    who: 'member'
  },
  { path: '/receipt', load: () => import('./pages/provenance/Receipt.svelte') },
  // What these show is refused by the server to who may not see it.
  { path: '/admin/statistics', load: staff('Statistics'), who: 'member' },
  { path: '/admin/audit', load: staff('Audit'), who: 'member' },
  { path: '/me/messages', load: () => import('./pages/messages/Messages.svelte'), who: 'member' },
  { path: '/sign-in', load: () => import('./pages/account/SignIn.svelte') },
  { path: '/apply', load: () => import('./pages/account/Apply.svelte') },
  { path: '/apply/confirm', load: () => import('./pages/account/ConfirmApplication.svelte') },
  { path: '/password', load: () => import('./pages/account/ForgottenPassword.svelte') },
  { path: '/password/confirm', load: () => import('./pages/account/NewPassword.svelte') },
  // Who is no admin is told so by the server, or by the page.
  { path: '/admin', load: staff('Admin'), who: 'member' },
  { path: '/admin/connectors', load: staff('Connectors'), who: 'member' },
  { path: '/admin/rosters', load: staff('Rosters'), who: 'member' },
  { path: '/admin/topics', load: staff('Topics'), who: 'member' },
  { path: '/verify', load: staff('Queue'), who: 'verifier' },
  { path: '/admin/two-person', load: staff('TwoPerson'), who: 'staff' },
  { path: '/admin/two-person/{id}/case', load: staff('Glass'), who: 'staff' },
  { path: '/admin/verification/{handle}', load: staff('Life'), who: 'staff' },
  { path: '/admin/recall', load: staff('Recall'), who: 'admin' },
  { path: '/duplicates', load: staff('Duplicates'), who: 'staff' },
  { path: '/admin/roles', load: staff('Roles'), who: 'member' },
  { path: '/verify/{id}', load: staff('Case'), who: 'verifier' },
  { path: '/admin/policy', load: staff('Policy'), who: 'member' }
]

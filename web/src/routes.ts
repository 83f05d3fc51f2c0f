// Every page there is, by its address.
import type { Route } from './lib/router.svelte'

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
  { path: '/me/vouches', load: () => import('./pages/vouch/Vouches.svelte'), who: 'member' },
  { path: '/report', load: () => import('./pages/report/Report.svelte') },
  { path: '/appeals', load: () => import('./pages/verify/Appeals.svelte'), who: 'staff' },
  { path: '/appeals/{id}', load: () => import('./pages/verify/Appeal.svelte'), who: 'staff' },
  { path: '/vouch-reviews', load: () => import('./pages/verify/VouchReviews.svelte'), who: 'verifier' },
  { path: '/complaints', load: () => import('./pages/verify/Complaints.svelte'), who: 'admin' },
  { path: '/retention', load: () => import('./pages/verify/Retention.svelte'), who: 'admin' },
  { path: '/me/proofs', load: () => import('./pages/proofs/MyProofs.svelte'), who: 'member' },
  {
    path: '/me/verification/share',
    load: () => import('./pages/provenance/Share.svelte'),
    who: 'member'
  },
  { path: '/receipt', load: () => import('./pages/provenance/Receipt.svelte') },
  // What these show is refused by the server to who may not see it.
  { path: '/admin/statistics', load: () => import('./pages/auditing/Statistics.svelte'), who: 'member' },
  { path: '/admin/audit', load: () => import('./pages/auditing/Audit.svelte'), who: 'member' },
  { path: '/me/messages', load: () => import('./pages/messages/Messages.svelte'), who: 'member' },
  { path: '/sign-in', load: () => import('./pages/account/SignIn.svelte') },
  { path: '/apply', load: () => import('./pages/account/Apply.svelte') },
  { path: '/apply/confirm', load: () => import('./pages/account/ConfirmApplication.svelte') },
  { path: '/password', load: () => import('./pages/account/ForgottenPassword.svelte') },
  { path: '/password/confirm', load: () => import('./pages/account/NewPassword.svelte') },
  // Who is no admin is told so by the server, or by the page.
  { path: '/admin', load: () => import('./pages/admin/Admin.svelte'), who: 'member' },
  { path: '/admin/connectors', load: () => import('./pages/admin/Connectors.svelte'), who: 'member' },
  { path: '/admin/rosters', load: () => import('./pages/admin/Rosters.svelte'), who: 'member' },
  { path: '/verify', load: () => import('./pages/verify/Queue.svelte'), who: 'verifier' },
  { path: '/admin/two-person', load: () => import('./pages/staff/TwoPerson.svelte'), who: 'staff' },
  { path: '/admin/two-person/{id}/case', load: () => import('./pages/staff/Glass.svelte'), who: 'staff' },
  { path: '/admin/verification/{handle}', load: () => import('./pages/staff/Life.svelte'), who: 'staff' },
  { path: '/admin/recall', load: () => import('./pages/staff/Recall.svelte'), who: 'admin' },
  { path: '/verify/{id}', load: () => import('./pages/verify/Case.svelte'), who: 'verifier' },
  { path: '/admin/policy', load: () => import('./pages/policy/Policy.svelte'), who: 'member' }
]

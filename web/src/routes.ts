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
  { path: '/verify', load: () => import('./pages/verify/Queue.svelte'), who: 'verifier' },
  { path: '/verify/{id}', load: () => import('./pages/verify/Case.svelte'), who: 'verifier' }
]

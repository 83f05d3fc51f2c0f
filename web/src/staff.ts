// The pages of staff, by name; see routes.ts.
import type { Route } from './lib/router.svelte'

export const pages = {
  Admin: () => import('./pages/admin/Admin.svelte'),
  Appeal: () => import('./pages/verify/Appeal.svelte'),
  Appeals: () => import('./pages/verify/Appeals.svelte'),
  Audit: () => import('./pages/auditing/Audit.svelte'),
  Case: () => import('./pages/verify/Case.svelte'),
  Complaints: () => import('./pages/verify/Complaints.svelte'),
  Connectors: () => import('./pages/admin/Connectors.svelte'),
  Duplicates: () => import('./pages/verify/Duplicates.svelte'),
  Glass: () => import('./pages/staff/Glass.svelte'),
  Life: () => import('./pages/staff/Life.svelte'),
  Policy: () => import('./pages/policy/Policy.svelte'),
  Questions: () => import('./pages/verify/Questions.svelte'),
  Queue: () => import('./pages/verify/Queue.svelte'),
  Recall: () => import('./pages/staff/Recall.svelte'),
  Retention: () => import('./pages/verify/Retention.svelte'),
  Roles: () => import('./pages/staff/Roles.svelte'),
  Rosters: () => import('./pages/admin/Rosters.svelte'),
  Statistics: () => import('./pages/auditing/Statistics.svelte'),
  Topics: () => import('./pages/topics/Topics.svelte'),
  TwoPerson: () => import('./pages/staff/TwoPerson.svelte'),
  VouchReviews: () => import('./pages/verify/VouchReviews.svelte')
} satisfies Record<string, Route['load']>

export type StaffPage = keyof typeof pages

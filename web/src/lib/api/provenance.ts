// What the pages about provenance read; apart from the rest, so that only they carry it.
import { api, data } from './client'
import { queryKeys } from './keys'
import type { SeenAs } from './queries'

export const receiptKeys = { disclosure: ['me', 'disclosure'], receipts: ['me', 'receipts'] } as const

export const provenanceQuery = (handle: string, as: SeenAs | null) => ({
  key: [...queryKeys.members, handle, 'verification', as],
  read: () =>
    data(
      api.GET('/api/v1/members/{handle}/verification', {
        params: { path: { handle }, query: as ? { as } : {} }
      })
    )
})

export const disclosureQuery = () => ({
  key: receiptKeys.disclosure,
  read: () => data(api.GET('/api/v1/me/verification/disclosure'))
})

export const receiptsQuery = () => ({
  key: receiptKeys.receipts,
  read: () => data(api.GET('/api/v1/me/verification/receipts'))
})

export const statisticsQuery = (days: { since: string; until: string }) => ({
  key: ['statistics', days.since, days.until],
  read: () =>
    data(
      api.GET('/api/v1/admin/statistics', {
        params: {
          query: {
            ...(days.since ? { since: days.since } : {}),
            ...(days.until ? { until: days.until } : {})
          }
        }
      })
    )
})

export const pairsQuery = () => ({
  key: ['statistics', 'pairs'],
  read: () => data(api.GET('/api/v1/cases/pairs'))
})

export const auditPage = (filter: Record<string, string>, cursor?: string) =>
  data(
    api.GET('/api/v1/admin/audit', {
      params: { query: { ...filter, ...(cursor ? { cursor: Number(cursor) } : {}) } }
    })
  )

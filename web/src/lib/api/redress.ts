// What pages about vouches, appeals, reports and retention read; apart from the rest, so that the shell stays small.
import { api, data } from './client'
import { queryKeys } from './keys'

export const vouchesQuery = () => ({
  key: [...queryKeys.vouches, 'mine'],
  read: () => data(api.GET('/api/v1/vouches'))
})

export const caseVouchesQuery = (id: string) => ({
  key: [...queryKeys.vouches, id],
  read: () => data(api.GET('/api/v1/cases/{id}/vouches', { params: { path: { id } } }))
})

export const vouchReviewsQuery = () => ({
  key: [...queryKeys.vouches, 'reviews'],
  read: () => data(api.GET('/api/v1/vouch-reviews'))
})

export const myAppealsQuery = () => ({
  key: [...queryKeys.appeals, 'mine'],
  read: () => data(api.GET('/api/v1/me/appeals'))
})

export const appealsQuery = (view: 'open' | 'decided') => ({
  key: [...queryKeys.appeals, 'list', view],
  read: () => data(api.GET('/api/v1/appeals', { params: { query: { view } } }))
})

export const appealQuery = (id: string) => ({
  key: [...queryKeys.appeals, id],
  read: () => data(api.GET('/api/v1/appeals/{id}', { params: { path: { id } } }))
})

export const complaintsQuery = (view: 'open' | 'decided') => ({
  key: [...queryKeys.complaints, view],
  read: () => data(api.GET('/api/v1/complaints', { params: { query: { view } } }))
})

export const retentionQuery = () => ({
  key: queryKeys.retention,
  read: () => data(api.GET('/api/v1/admin/retention'))
})

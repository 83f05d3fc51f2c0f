// What the pages about keeping and proposing topics read; apart from the rest, so that only they carry it.
import { api, data } from './client'
import { queryKeys } from './keys'
import type { operations } from './schema'

export type Shown = NonNullable<NonNullable<operations['listKeptTopics']['parameters']['query']>['show']>

export const keptTopicsQuery = (q: string, show: Shown | null) => ({
  key: [...queryKeys.keptTopics, 'list', q, show],
  read: () =>
    data(
      api.GET('/api/v1/admin/topics', {
        params: { query: { ...(q ? { q } : {}), ...(show ? { show } : {}) } }
      })
    )
})

export const keptTopicQuery = (id: string) => ({
  key: [...queryKeys.keptTopics, id],
  read: () => data(api.GET('/api/v1/admin/topics/{id}', { params: { path: { id } } }))
})

export const proposalQueueQuery = () => ({
  key: [...queryKeys.keptTopics, 'proposals'],
  read: () => data(api.GET('/api/v1/admin/topic-proposals'))
})

export const myProposalsQuery = () => ({
  key: queryKeys.proposals,
  read: async () => (await data(api.GET('/api/v1/me/topic-proposals'))).items
})

// Saved searches, who could introduce whom, questions to the organisation; apart from the rest, so that the
// shell stays small.
import { api, data } from './client'
import { queryKeys } from './keys'

export const savedSearchesQuery = () => ({
  key: queryKeys.savedSearches,
  read: () => data(api.GET('/api/v1/me/searches'))
})

export const savedMembersQuery = (id: string) => ({
  key: [...queryKeys.savedSearches, id],
  read: () =>
    data(api.GET('/api/v1/me/searches/{id}/members', { params: { path: { id }, query: { limit: 50 } } }))
})

export const knowsQuery = () => ({
  key: queryKeys.knows,
  read: () => data(api.GET('/api/v1/me/knows'))
})

export const introducersQuery = (handle: string) => ({
  key: [...queryKeys.members, handle, 'introducers'],
  read: () => data(api.GET('/api/v1/members/{handle}/introducers', { params: { path: { handle } } }))
})

export const myQuestionsQuery = () => ({
  key: [...queryKeys.questions, 'mine'],
  read: () => data(api.GET('/api/v1/me/concierge'))
})

export const questionsQuery = (view: 'open' | 'answered') => ({
  key: [...queryKeys.questions, 'list', view],
  read: () => data(api.GET('/api/v1/concierge', { params: { query: { view } } }))
})

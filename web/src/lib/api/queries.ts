// What pages read from the server, each with the name it is kept under.
import { api, data, versioned } from './client'
import { cache } from '../query.svelte'
import { queryKeys } from './keys'
import type { components, operations } from './schema'

export type Schema = components['schemas']
export type SearchParams = NonNullable<operations['searchMembers']['parameters']['query']>
export type Box = operations['listIntroductions']['parameters']['query']['box']
export type QueueView = NonNullable<NonNullable<operations['listCases']['parameters']['query']>['view']>
export type SeenAs = 'public' | 'members' | 'contacts'

const lasting = { lasts: Infinity } as const

export const instanceQuery = () => ({
  key: queryKeys.instance,
  read: () => data(api.GET('/api/v1/instance')),
  ...lasting
})

export const vocabularyQuery = () => ({
  key: queryKeys.vocabulary,
  read: () => data(api.GET('/api/v1/vocabulary')),
  ...lasting
})

const search = (query: SearchParams) => data(api.GET('/api/v1/members', { params: { query } }))

/** A page of cards; a hundred members are told as a hundred or more. */
export const searchCards = (query: SearchParams) => search({ ...query, facets: false })

/** How many members there are, and how they divide. */
export const searchCounts = (query: SearchParams) => search({ ...query, limit: 0 })

export const popularTopicsQuery = () => ({
  key: [...queryKeys.topics, 'popular'],
  read: async () => (await data(api.GET('/api/v1/topics', { params: { query: { limit: 12 } } }))).items
})

/** Topics whose label has words that begin with what was typed. */
export const completeTopics = async (q: string) =>
  (await data(api.GET('/api/v1/topics', { params: { query: { q, limit: 8 } } }))).items

/** Topics, members and places that begin as was typed. */
export const completeSearch = (q: string) =>
  data(api.GET('/api/v1/complete', { params: { query: { q, limit: 5 } } }))

export const topicQuery = (id: string) => ({
  key: [...queryKeys.topics, id],
  read: () => data(api.GET('/api/v1/topics/{id}', { params: { path: { id } } })),
  ...lasting
})

/** Places one of whose names begins as typed. */
export const completePlaces = async (q: string) =>
  (await data(api.GET('/api/v1/places', { params: { query: { q, limit: 8 } } }))).items

export const placeQuery = (id: string) => ({
  key: [...queryKeys.places, id],
  read: () => data(api.GET('/api/v1/places/{id}', { params: { path: { id } } })),
  ...lasting
})

export const memberQuery = (handle: string, as: SeenAs | null) => ({
  key: [...queryKeys.members, handle, as],
  read: () =>
    data(api.GET('/api/v1/members/{handle}', { params: { path: { handle }, query: as ? { as } : {} } }))
})

export const myProfileQuery = () => ({
  key: queryKeys.myProfile,
  read: () => versioned(api.GET('/api/v1/me/profile'))
})

export const myVerificationQuery = () => ({
  key: queryKeys.myVerification,
  read: () => data(api.GET('/api/v1/me/verification'))
})

export const tmtpQuery = () => ({
  key: queryKeys.tmtp,
  read: () => data(api.GET('/api/v1/me/tmtp'))
})

export const introductionPage = (box: Box, cursor?: string) =>
  data(api.GET('/api/v1/introductions', { params: { query: cursor ? { box, cursor } : { box } } }))

export const introductionsQuery = (box: Box) => ({
  key: [...queryKeys.introductions, box],
  read: () => introductionPage(box)
})

export const quotaQuery = () => ({
  key: queryKeys.quota,
  read: () => data(api.GET('/api/v1/introductions/quota'))
})

export const queuePage = (view: QueueView, cursor?: string) =>
  data(api.GET('/api/v1/cases', { params: { query: cursor ? { view, cursor } : { view } } }))

export const twoPersonQuery = (state: 'waiting' | 'settled') => ({
  key: [...queryKeys.twoPerson, state],
  read: () => data(api.GET('/api/v1/two-person', { params: { query: { state, limit: 100 } } }))
})

/** Wait for an act of two persons, and let the lists be read again. */
export async function twoPersonAct(
  act: Promise<{ data?: Schema['TwoPersonAct']; error?: unknown; response: Response }>
) {
  try {
    return await data(act)
  } finally {
    cache.invalidate(queryKeys.twoPerson)
  }
}

export const brokenGlassQuery = (id: string) => ({
  key: [...queryKeys.twoPerson, id, 'case'],
  read: () => data(api.GET('/api/v1/two-person/{id}/case', { params: { path: { id } } }))
})

export const caseQuery = (id: string) => ({
  key: [...queryKeys.cases, id],
  read: () => versioned(api.GET('/api/v1/cases/{id}', { params: { path: { id } } }))
})

export const levelQuery = (id: string, version: number) => ({
  key: [...queryKeys.levels, id, version],
  read: () => data(api.GET('/api/v1/cases/{id}/level', { params: { path: { id } } }))
})
export const policiesQuery = () => ({
  key: queryKeys.policies,
  read: () => data(api.GET('/api/v1/admin/policies'))
})
export const policyQuery = (number: number) => ({
  key: [...queryKeys.policies, number],
  read: () => versioned(api.GET('/api/v1/admin/policies/{id}', { params: { path: { id: String(number) } } }))
})

export const proofsQuery = () => ({
  key: queryKeys.proofs,
  read: async () => (await data(api.GET('/api/v1/me/proofs'))).items
})

export const automaticQuery = (id: string) => ({
  key: [...queryKeys.cases, id, 'automatic'],
  read: () => data(api.GET('/api/v1/cases/{id}/automatic', { params: { path: { id } } }))
})

export const connectorsQuery = () => ({
  key: queryKeys.connectors,
  read: async () => (await data(api.GET('/api/v1/admin/connectors'))).items
})

export const rostersQuery = () => ({
  key: queryKeys.rosters,
  read: async () => (await data(api.GET('/api/v1/admin/rosters'))).items
})

export const publicationQuery = () => ({
  key: queryKeys.publication,
  read: () => data(api.GET('/api/v1/me/publication'))
})

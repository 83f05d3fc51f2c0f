// What the pages of staff about persons read; apart from the rest, so that only they carry it.
import { api, data } from './client'

export const duplicatesQuery = () => ({
  key: ['duplicates'],
  read: () => data(api.GET('/api/v1/duplicates'))
})

export const rolesQuery = () => ({
  key: ['roles'],
  read: async () => (await data(api.GET('/api/v1/admin/roles'))).items
})

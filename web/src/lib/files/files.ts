// What is read and done with files of evidence, apart from sending them (upload.svelte.ts).
import { api, data } from '../api/client'
import { queryKeys } from '../api/keys'
import type { Schema } from '../api/queries'
import { cache } from '../query.svelte'

export type EvidenceFile = Schema['EvidenceFile']

/** Kept under the case's name, so that whatever says that the case has changed has its files read anew. */
export const filesQuery = (vcase: string) => ({
  key: [...queryKeys.cases, vcase, 'files'],
  read: () => data(api.GET('/api/v1/cases/{id}/files', { params: { path: { id: vcase } } }))
})

export const renewFiles = (vcase: string): void => cache.invalidate(filesQuery(vcase).key)

export async function removeFile(vcase: string, id: string): Promise<void> {
  await data(api.DELETE('/api/v1/files/{id}', { params: { path: { id } } }))
  renewFiles(vcase)
}

export async function chooseKeeping(vcase: string, look_only: boolean): Promise<void> {
  const chosen = api.PUT('/api/v1/cases/{id}/files/keeping', {
    params: { path: { id: vcase } },
    body: { look_only }
  })
  cache.put(filesQuery(vcase), await data(chosen))
}

/** Write down what it shows; its key is destroyed before this is answered. */
export async function noteFile(vcase: string, id: string, note: string): Promise<void> {
  await data(api.POST('/api/v1/files/{id}/noted', { params: { path: { id } }, body: { note } }))
  renewFiles(vcase)
}

export const pageAddress = (id: string, page: number) => `/api/v1/files/${id}/pages/${page}`

export const percent = (part: number, whole: number) => Math.floor((100 * part) / whole)

/** 10 MiB */
export const size = (octets: number) =>
  octets >= 1048576 ? `${Math.round(octets / 104857.6) / 10} MiB` : `${Math.ceil(octets / 1024)} KiB`

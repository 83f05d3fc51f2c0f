// Places for a text box that completes them.
import './placeTexts'
import { completePlaces } from '../api/queries'
import { t } from '../i18n/index.svelte'
import type { Called, Completion } from './completion'

export const findPlaces = async (typed: string): Promise<Completion[]> =>
  (await completePlaces(typed.trim())).map(({ id, name, area, country }) => ({
    id,
    label: name,
    path: area,
    country
  }))

export const placesCalled = (): Called => ({
  list: t('place.list'),
  none: t('place.none'),
  found: (count) => t('place.found', { count })
})

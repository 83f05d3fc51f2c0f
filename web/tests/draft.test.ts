import { expect, test } from 'vitest'
import type { Schema } from '../src/lib/api/queries'
import { changed, clashes, draftOf, patchOf, rebased, type Draft } from '../src/pages/me/draft'

const field = (value: string | null) => ({ value, tier: 'members' as const })
const topics = (...ids: string[]) => ({
  tier: 'members' as const,
  items: ids.map((id) => ({ id, label: id.toUpperCase() }))
})
const profile: Schema['MyProfile'] = {
  handle: 'maria',
  version: 1,
  completeness: 50,
  directory: { confidential: false },
  fields: {
    shown_name: field('Maria'),
    headline: field('Bridges'),
    about: field(null),
    organisation: field(null),
    title: field(null),
    country: field('CH'),
    place: field('Zürich'),
    place_id: field('2657896'),
    languages: { value: ['de'], tier: 'members' },
    open_to: { value: [], tier: 'members' }
  },
  topics: { expertise: topics('t1'), interest: topics(), seeking: topics(), offering: topics() }
}
const base = draftOf(profile, ['headline', 'about', 'languages', 'expertise'])
const draft = (): Draft => structuredClone(base)

test('nothing changed is nothing to send', () => {
  expect(changed(base, draft())).toEqual([])
  expect(patchOf(base, draft())).toEqual({})
})

test('only what was changed is sent: values trimmed, emptied ones as null, who may see them apart', () => {
  const mine = draft()
  mine.headline = { value: '  Tall bridges ', tier: 'members' }
  mine.languages = { value: ['de', 'en'], tier: 'members' }
  mine.about = { value: '', tier: 'self' }
  mine.expertise = { value: ['t1', 't2'], tier: 'public' }
  expect(patchOf(base, mine)).toEqual({
    fields: {
      headline: { value: 'Tall bridges' },
      about: { tier: 'self' },
      languages: { value: ['de', 'en'] }
    },
    topics: { expertise: { items: ['t1', 't2'], tier: 'public' } }
  })
  const emptied = draft()
  emptied.headline = { value: ' ', tier: 'members' }
  expect(patchOf(base, emptied)).toEqual({ fields: { headline: { value: null } } })
})

test('a field changed in two places clashes; one changed elsewhere only follows', () => {
  const mine = draft()
  mine.headline = { value: 'Mine', tier: 'members' }
  mine.about = { value: 'Same', tier: 'members' }
  const now = draft()
  now.headline = { value: 'Theirs', tier: 'members' }
  now.about = { value: 'Same', tier: 'members' }
  now.languages = { value: ['fr'], tier: 'members' }
  expect(clashes(base, mine, now)).toEqual(['headline'])
  const next = rebased(base, mine, now)
  expect(next.headline?.value).toBe('Mine')
  expect(next.languages?.value).toEqual(['fr'])
})

// The profile while it is edited: a copy of each field with who may see it, what of it was changed, and
// what another device changed meanwhile.
import type { Schema } from '../../lib/api/queries'

export type Tier = Schema['Tier']
type MyProfile = Schema['MyProfile']
export type TextName = Exclude<keyof MyProfile['fields'], 'languages' | 'open_to'>
export type TopicName = keyof MyProfile['topics']
export type Name = TextName | 'languages' | 'open_to' | TopicName
/** Texts as they are, lists of languages and of kinds of request, topics and the place on the list by id. */
export type Value = string | string[]
export type Draft = Partial<Record<Name, { value: Value; tier: Tier }>>

export const topicNames: TopicName[] = ['expertise', 'offering', 'seeking', 'interest']
const isTopic = (name: Name): name is TopicName => (topicNames as string[]).includes(name)

export interface Section {
  id: 'work' | 'about' | 'place' | 'topics'
  names: Name[]
}

export const sections: Section[] = [
  { id: 'work', names: ['shown_name', 'headline', 'title', 'organisation'] },
  { id: 'about', names: ['about'] },
  { id: 'place', names: ['country', 'place', 'place_id', 'languages'] },
  { id: 'topics', names: [...topicNames, 'open_to'] }
]

/** What the profile says in these fields. */
export function draftOf(profile: MyProfile, names: Name[]): Draft {
  const draft: Draft = {}
  for (const name of names)
    if (isTopic(name)) {
      const { items, tier } = profile.topics[name]
      draft[name] = { value: items.map((topic) => topic.id), tier }
    } else {
      const { value, tier } = profile.fields[name]
      draft[name] = { value: value ?? '', tier }
    }
  return draft
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

export const changed = (base: Draft, draft: Draft): Name[] =>
  (Object.keys(draft) as Name[]).filter((name) => !same(base[name], draft[name]))

/** The merge patch that makes the profile as the draft says; only what was changed. */
export function patchOf(base: Draft, draft: Draft): Schema['ProfilePatch'] {
  const fields: Record<string, unknown> = {}
  const topics: Record<string, unknown> = {}
  for (const name of changed(base, draft)) {
    const now = draft[name]
    if (!now) continue
    const tier = now.tier !== base[name]?.tier ? { tier: now.tier } : {}
    const differs = !same(now.value, base[name]?.value)
    const text = typeof now.value === 'string' ? now.value.trim() || null : now.value
    if (isTopic(name)) topics[name] = { ...(differs ? { items: now.value } : {}), ...tier }
    else fields[name] = { ...(differs ? { value: text } : {}), ...tier }
  }
  return {
    ...(Object.keys(fields).length ? { fields } : {}),
    ...(Object.keys(topics).length ? { topics } : {})
  } as Schema['ProfilePatch']
}

/** Fields that were changed here and, to something else, elsewhere. */
export const clashes = (base: Draft, draft: Draft, now: Draft): Name[] =>
  changed(base, draft).filter((name) => !same(base[name], now[name]) && !same(draft[name], now[name]))

/** The draft on top of what is saved now: what was not touched here follows. */
export function rebased(base: Draft, draft: Draft, now: Draft): Draft {
  const touched = changed(base, draft)
  const next: Draft = { ...now }
  for (const name of touched) {
    const mine = draft[name]
    if (mine) next[name] = mine
  }
  return next
}

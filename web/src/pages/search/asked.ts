// What a search asks for, as it stands in the address: it can be linked to, and back brings it back.
export interface Asked {
  q: string
  topics: string[]
  countries: string[]
  level: number
  /** id of a place, or '' */
  near: string
  /** how far from it */
  km: number
  /** everyone: the list without any condition */
  all: boolean
}

export const usualKm = 50

export function readAsked(query: URLSearchParams): Asked {
  const level = Number(query.get('level'))
  const km = Number(query.get('km') ?? usualKm)
  return {
    q: query.get('q')?.trim() ?? '',
    topics: query.getAll('topic'),
    countries: query.getAll('country'),
    level: Number.isInteger(level) && level >= 1 && level <= 4 ? level : 0,
    near: query.get('near')?.trim() ?? '',
    km: Number.isInteger(km) && km >= 1 && km <= 2000 ? km : usualKm,
    all: query.has('all')
  }
}

export const isEmpty = (asked: Asked): boolean =>
  !asked.q && !asked.topics.length && !asked.countries.length && !asked.level && !asked.near && !asked.all

export function addressOf(asked: Asked): string {
  const query = new URLSearchParams()
  if (asked.q) query.set('q', asked.q)
  for (const topic of asked.topics) query.append('topic', topic)
  for (const country of asked.countries) query.append('country', country)
  if (asked.level) query.set('level', String(asked.level))
  if (asked.near) query.set('near', asked.near)
  if (asked.near && asked.km !== usualKm) query.set('km', String(asked.km))
  if (asked.all && ![...query].length) query.set('all', '1')
  const text = query.toString()
  return text ? `/?${text}` : '/'
}

/** With or without one value of a list. */
export const toggled = (list: string[], value: string): string[] =>
  list.includes(value) ? list.filter((v) => v !== value) : [...list, value]

/** As a request that keeps or sends on the search takes it. */
export const askedBody = (asked: Asked) => ({
  ...(asked.q ? { q: asked.q } : {}),
  topics: asked.topics,
  countries: asked.countries,
  ...(asked.level ? { level: asked.level } : {}),
  ...(asked.near ? { near: asked.near, km: asked.km } : {})
})

/** What was kept of a search, to be run again. */
export const askedOf = (kept: {
  q: string
  topics: { id: string }[]
  countries: string[]
  level?: number | undefined
  near?: string | undefined
  km?: number | undefined
}): Asked => ({
  q: kept.q,
  topics: kept.topics.map((topic) => topic.id),
  countries: kept.countries,
  level: kept.level ?? 0,
  near: kept.near ?? '',
  km: kept.km ?? usualKm,
  all: true
})

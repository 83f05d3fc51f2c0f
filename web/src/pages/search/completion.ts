// What the box proposes for what is typed, and what becomes of the text when one is chosen.
import { completeSearch } from '../../lib/api/queries'
import type { Completion } from '../../lib/ui/completion'

/** The operator that is being written at the end of the text, and its value so far. */
interface Written {
  before: string
  operator: string
  value: string
  of: 'topic' | 'place'
}

/** An operator that names a topic or a place, at the end of what was typed; null for plain words. */
export function written(text: string): Written | null {
  const found =
    /^(.*?)((?:^|(?<=[\s(]))-?(skill|interest|seeks|offers|in|near):=?)(?:["“„]([^"”]*)|([^\s"“„()]*))$/is.exec(
      text
    )
  if (!found) return null
  const name = (found[3] ?? '').toLowerCase()
  return {
    before: found[1] ?? '',
    operator: found[2] ?? '',
    value: found[4] ?? found[5] ?? '',
    of: name === 'in' || name === 'near' ? 'place' : 'topic'
  }
}

const quoted = (label: string) => (/^[\p{L}\p{N}]+$/u.test(label) ? label : `"${label.replaceAll('"', '')}"`)

/** The text once a proposal was chosen as the value of the operator at its end. */
export const filled = (at: Written, label: string) => `${at.before}${at.operator}${quoted(label)} `

export async function proposals(text: string): Promise<Completion[]> {
  const at = written(text)
  const q = (at ? at.value : text).trim()
  if (q.length < 2) return []
  const found = await completeSearch(q)
  const topics = found.topics.map((one): Completion => ({ ...one, kind: 'topic' }))
  const members = found.members.map(
    (one): Completion => ({
      kind: 'member',
      id: one.handle,
      label: one.shown_name,
      path: one.organisation ?? ''
    })
  )
  const places = found.places.map(
    (one): Completion => ({ kind: 'place', id: one.id, label: one.name, path: one.area })
  )
  if (at) return at.of === 'topic' ? topics : places
  return [...topics, ...members, ...places]
}

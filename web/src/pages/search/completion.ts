// What the box proposes for what is typed, and what becomes of the text when one is chosen.
import { completeSearch, type Schema } from '../../lib/api/queries'

export type Proposal =
  | { kind: 'topic'; key: string; label: string; note: string; topic: Schema['Topic'] }
  | { kind: 'member'; key: string; label: string; note: string; handle: string }
  | { kind: 'place'; key: string; label: string; note: string; id: string }

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

export async function proposals(text: string): Promise<Proposal[]> {
  const at = written(text)
  const q = (at ? at.value : text).trim()
  if (q.length < 2) return []
  const found = await completeSearch(q)
  const topics = found.topics.map(
    (topic): Proposal => ({
      kind: 'topic',
      key: `t ${topic.id}`,
      label: topic.label,
      note: topic.path ?? '',
      topic
    })
  )
  const members = found.members.map(
    (one): Proposal => ({
      kind: 'member',
      key: `m ${one.handle}`,
      label: one.shown_name,
      note: one.organisation ?? '',
      handle: one.handle
    })
  )
  const places = found.places.map(
    (one): Proposal => ({
      kind: 'place',
      key: `p ${one.id}`,
      label: one.name,
      note: one.area,
      id: one.id
    })
  )
  if (at) return at.of === 'topic' ? topics : places
  return [...topics, ...members, ...places]
}

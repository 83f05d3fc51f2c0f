// What a text box completes: topics as they come, places and members under their names with what tells them apart.
export interface Completion {
  id: string
  label: string
  /** what tells it from others of that name */
  path?: string
  /** of a place */
  country?: string
  /** where several kinds are in one list, each under its heading */
  kind?: 'topic' | 'member' | 'place'
}

/** Words of the list that completes. */
export interface Called {
  list: string
  none: string
  found: (count: number) => string
  heading?: (kind: NonNullable<Completion['kind']>) => string
}

/** What a text box that completes is given. */
export interface Completing {
  id: string
  label: string
  describedby?: string | undefined
  invalid?: 'true' | undefined
  text?: string
  /** one was chosen for what was typed, which is gone from the box */
  pick: (one: Completion, typed: string) => void
  /** Enter while none is chosen; the text is what counts */
  enter?: (() => void) | undefined
  /** where they come from; topics when nothing is said */
  find?: ((typed: string) => Promise<Completion[]>) | undefined
  /** what the list is called, and what is said when there is none */
  called?: Called | undefined
}

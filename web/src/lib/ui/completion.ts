// What a text box completes: topics as they come, places under their name with where they are.
export interface Completion {
  id: string
  label: string
  /** what tells it from others of that name */
  path?: string
  /** of a place */
  country?: string
}

/** Words of the list that completes. */
export interface Called {
  list: string
  none: string
  found: (count: number) => string
}

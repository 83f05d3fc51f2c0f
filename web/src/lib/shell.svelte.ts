// What the frame around the pages knows: the organisation's name, whether the page shows errors, and what
// is to be said to screen readers.
const known = 'organisation'

class Shell {
  organisation = $state(localStorage.getItem(known) ?? 'Agora')
  /** A form on the page has errors: the title says so. */
  wrong = $state(false)
  /** Shown for a few seconds and read out. */
  message = $state('')
  online = $state(navigator.onLine)
  #timer: ReturnType<typeof setTimeout> | undefined
  #said = 0

  name(organisation: string): void {
    this.organisation = organisation
    localStorage.setItem(known, organisation)
  }

  say(message: string): void {
    clearTimeout(this.#timer)
    this.message = message
    this.#said = performance.now()
    this.#timer = setTimeout(() => (this.message = ''), 8000)
  }

  /** Another page: what was said of the one before goes; what was said just now is about the way here. */
  turn(): void {
    if (performance.now() - this.#said > 1000) this.message = ''
  }
}

export const shell = new Shell()

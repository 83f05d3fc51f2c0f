// Single-key shortcuts of the verifiers' pages: never while something is typed, and off when the person
// turned them off (WCAG 2.1.4).
const stored = 'keys'

class Keys {
  on = $state(localStorage.getItem(stored) !== 'off')

  set(on: boolean): void {
    this.on = on
    if (on) localStorage.removeItem(stored)
    else localStorage.setItem(stored, 'off')
  }
}

export const keys = new Keys()

/** A handler for keydown that runs what a key stands for. */
export function handler(acts: Record<string, () => void>): (event: KeyboardEvent) => void {
  return (event) => {
    const act = acts[event.key]
    const at = event.target as Element
    const typing = at.closest(
      'input:not([type=radio], [type=checkbox]), textarea, select, dialog, [contenteditable]'
    )
    if (!act || typing || event.ctrlKey || event.metaKey || event.altKey) return
    if (!keys.on && event.key !== '?') return
    event.preventDefault()
    act()
  }
}

/** Move the focus by a number of steps among what a selector finds; to the first when it is elsewhere. */
export function move(selector: string, steps: number): void {
  const all = [...document.querySelectorAll<HTMLElement>(selector)]
  const now = all.findIndex((one) => one === document.activeElement)
  const next = now < 0 ? 0 : Math.min(Math.max(now + steps, 0), all.length - 1)
  all[next]?.focus()
}

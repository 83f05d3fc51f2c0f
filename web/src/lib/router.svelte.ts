// Which page the address names. Pages are fetched when they are first opened; ordinary links work, the
// browser's back brings back where one was, and a page with unsaved changes can ask before it is left.
import type { Component } from 'svelte'

// Some pages take the params of their address, others nothing: no one type of props fits both.
export type PageComponent = Component<any>

export interface Route {
  path: string
  load: () => Promise<{ default: PageComponent }>
  /** who may open it; others are asked to sign in or told what is missing */
  who?: 'member' | 'verifier' | 'admin' | 'staff'
}

class Place {
  path = $state(location.pathname)
  query = $state.raw(new URLSearchParams(location.search))
  /** Asked before another page is opened; false keeps the person here. */
  guard: (() => boolean) | null = null

  #href = location.href

  /** Whether the person may be taken away from the page; asks them when there is something to lose. */
  mayLeave(to: string): boolean {
    return new URL(to, this.#href).pathname === this.path || !this.guard || this.guard()
  }

  /** Put the address back that the browser has already changed. */
  restore(): void {
    history.pushState(null, '', this.#href)
  }

  read(): void {
    this.#href = location.href
    this.path = location.pathname
    this.query = new URLSearchParams(location.search)
  }
}

export const place = new Place()

/** Open a page of the app. `replace` leaves no trace in the history: for choices within a page. */
export function navigate(to: string, replace = false): void {
  const url = new URL(to, location.href)
  if (!place.mayLeave(url.href)) return
  if (replace) history.replaceState(history.state, '', url)
  else {
    history.replaceState({ scroll: scrollY }, '')
    history.pushState({ scroll: 0 }, '', url)
  }
  place.read()
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The route of a path and what its {names} stand for. */
export function match(
  routes: Route[],
  path: string
): { route: Route; params: Record<string, string> } | null {
  const parts = path.replace(/\/+$/, '').split('/')
  for (const route of routes) {
    const wanted = route.path.replace(/\/+$/, '').split('/')
    if (wanted.length !== parts.length) continue
    const params: Record<string, string> = {}
    const fits = wanted.every((w, i) => {
      const part = parts[i] ?? ''
      if (!w.startsWith('{')) return w === part
      params[w.slice(1, -1)] = decoded(part)
      return part !== ''
    })
    if (fits) return { route, params }
  }
  return null
}

/** Follow links within the app without loading it again. */
export function start(routes: Route[]): void {
  history.scrollRestoration = 'manual'
  addEventListener('popstate', () => {
    if (place.mayLeave(location.href)) place.read()
    else place.restore()
  })
  addEventListener('beforeunload', (event) => {
    if (place.guard) event.preventDefault()
  })
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest?.('a')
    if (!link || event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return
    if (!match(routes, link.pathname)) return
    event.preventDefault()
    navigate(link.href)
  })
}

// Where to go after signing in. Only our own pages and the authorization endpoint: a link from elsewhere
// must not be able to send people on to a stranger.
import { match } from '../../lib/router.svelte'
import { routes } from '../../routes'

const home = { to: '/', outside: false }

/** `outside`: not a page of the app, the browser has to load it. */
export function nextAfterSignIn(wanted: string | null): { to: string; outside: boolean } {
  if (!wanted) return home
  if (wanted.startsWith('/oauth2/authorize?')) return { to: wanted, outside: true }
  if (!wanted.startsWith('/') || wanted.startsWith('//') || wanted.includes('\\')) return home
  const url = new URL(wanted, 'http://here.invalid')
  if (url.host !== 'here.invalid' || url.pathname === '/sign-in') return home
  return match(routes, url.pathname) ? { to: url.pathname + url.search, outside: false } : home
}

import { beforeEach, describe, expect, test } from 'vitest'
import { match, navigate, place, type Route } from '../src/lib/router.svelte'
import { nextAfterSignIn } from '../src/pages/account/next'

const load = () => Promise.reject(new Error('not opened here'))
const routes: Route[] = [
  { path: '/', load },
  { path: '/m/{handle}', load },
  { path: '/m/{handle}/ask', load }
]

describe('addresses', () => {
  test.each([
    ['/', '/', {}],
    ['/m/maria', '/m/{handle}', { handle: 'maria' }],
    ['/m/maria/', '/m/{handle}', { handle: 'maria' }],
    ['/m/a%20b/ask', '/m/{handle}/ask', { handle: 'a b' }],
    ['/m/%E0%A4%A', '/m/{handle}', { handle: '%E0%A4%A' }]
  ])('%s opens %s', (path, route, params) => {
    const found = match(routes, path)
    expect(found?.route.path).toBe(route)
    expect(found?.params).toEqual(params)
  })

  test.each(['/m', '/m/', '/x', '/m/a/b', '/m/a/ask/b'])('%s opens nothing', (path) =>
    expect(match(routes, path)).toBeNull()
  )
})

describe('leaving a page', () => {
  beforeEach(() => {
    place.guard = null
    navigate('/')
  })

  test('with something to lose happens only when the person agrees', () => {
    navigate('/m/a')
    place.guard = () => false
    navigate('/m/b')
    expect(place.path).toBe('/m/a')
    place.guard = () => true
    navigate('/m/b')
    expect(place.path).toBe('/m/b')
  })

  test('a choice within the page is no leaving', () => {
    place.guard = () => false
    navigate('/?q=dust')
    expect(place.query.get('q')).toBe('dust')
  })
})

describe('where signing in leads', () => {
  test.each([
    ['/me', '/me', false],
    ['/?q=dust', '/?q=dust', false],
    ['/oauth2/authorize?client_id=a', '/oauth2/authorize?client_id=a', true]
  ])('%s is ours', (wanted, to, outside) => expect(nextAfterSignIn(wanted)).toEqual({ to, outside }))

  test.each([
    null,
    '',
    'https://example.com/',
    '//example.com/me',
    '/\\example.com',
    'javascript:alert(1)',
    '/oauth2/token?x',
    '/nothing',
    '/sign-in?next=/me',
    'me'
  ])('%s leads home', (wanted) => expect(nextAfterSignIn(wanted)).toEqual({ to: '/', outside: false }))
})

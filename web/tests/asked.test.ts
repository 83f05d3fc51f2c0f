import { expect, test } from 'vitest'
import { addressOf, askedBody, askedOf, isEmpty, readAsked, toggled } from '../src/pages/search/asked'

test.each([
  '/',
  '/?q=dust',
  '/?q=a+b&topic=T1&topic=T2&country=CH&level=3',
  '/?near=2657896',
  '/?q=dust&near=CH.ZH&km=100',
  '/?all=1'
])('%s says what is asked and can be written again', (address) => {
  const asked = readAsked(new URL(address, 'http://here').searchParams)
  expect(addressOf(asked)).toBe(address)
  expect(isEmpty(asked)).toBe(address === '/')
})

test.each(['0', '5', '-1', 'x', '2.5'])('a level of %s is none', (level) =>
  expect(readAsked(new URLSearchParams({ level })).level).toBe(0)
)

test.each(['0', '2001', '-1', 'x', '2.5'])('a distance of %s is the usual one', (km) =>
  expect(readAsked(new URLSearchParams({ near: '2657896', km })).km).toBe(50)
)

test('choosing twice takes away again', () => {
  expect(toggled(['a'], 'b')).toEqual(['a', 'b'])
  expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
})

test.each([
  '/?q=dust',
  '/?near=2657896',
  '/?q=dust+OR+sand&near=CH.ZH&km=100',
  '/?q=(a)+(b)&near=2657896',
  '/?q=near:Bern,20km',
  '/?all=1'
])('%s is kept whole, the place in its words, and asked again', (address) => {
  const asked = readAsked(new URL(address, 'http://here').searchParams)
  const kept = { q: '', ...askedBody(asked), topics: [] }
  expect(kept).not.toHaveProperty('near')
  expect(addressOf(askedOf(kept))).toBe(
    address
      .replaceAll(/[(]a[)]/g, '%28a%29')
      .replaceAll(/[(]b[)]/g, '%28b%29')
      .replace(':', '%3A')
      .replace('n,2', 'n%2C2')
  )
})

test('a place stands behind the words, which stay together', () => {
  const asked = readAsked(new URLSearchParams({ q: 'dust OR sand', near: '2657896', km: '100' }))
  expect(askedBody(asked).q).toBe('(dust OR sand) near:2657896,100km')
})

import { expect, test } from 'vitest'
import { addressOf, askedBody, askedOf, isEmpty, readAsked, toggled } from '../src/pages/search/asked'

test.each(['/', '/?q=dust', '/?q=a+b&topic=T1&topic=T2&country=CH&level=3', '/?near=2657896', '/?q=dust&near=CH.ZH&km=100', '/?all=1'])(
  '%s says what is asked and can be written again',
  (address) => {
    const asked = readAsked(new URL(address, 'http://here').searchParams)
    expect(addressOf(asked)).toBe(address)
    expect(isEmpty(asked)).toBe(address === '/')
  }
)

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

test.each(['/?q=dust', '/?q=a+b&topic=T1&topic=T2&country=CH&level=3', '/?near=2657896', '/?q=dust&near=CH.ZH&km=100', '/?all=1'])(
  '%s is the same search when it was kept',
  (address) => {
    const { q = '', topics, ...rest } = askedBody(readAsked(new URL(address, 'http://here').searchParams))
    expect(addressOf(askedOf({ q, topics: topics.map((id) => ({ id })), ...rest }))).toBe(address)
  }
)

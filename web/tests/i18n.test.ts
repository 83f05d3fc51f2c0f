import { afterEach, describe, expect, test } from 'vitest'
import '../src/pages/search/texts'
import { actOn, ago, country, language, listed, t } from '../src/lib/i18n/index.svelte'

afterEach(() => language.choose('en'))

describe('texts', () => {
  test('placeholders are filled, and numbers written as the language writes them', () => {
    expect(t('search.titleFor', { words: 'dust' })).toBe('Members for “dust”')
    expect(t('search.count', { count: 1234 })).toBe('1,234 members')
  })

  test('what a button does to one of several names both, whatever stands in them', () => {
    expect(actOn('Take away', 'Dust {act} $& 1')).toBe('Take away: Dust {act} $& 1')
  })

  test('the plural form is the one of the number', () => {
    expect(t('search.count', { count: 1 })).toBe('1 member')
    expect(t('search.count', { count: 0 })).toBe('0 members')
  })

  test('another language is shown and said to the browser', async () => {
    await language.choose('de')
    expect(t('search.count', { count: 1234 })).toBe('1.234 Mitglieder')
    expect(document.documentElement.lang).toBe('de')
    expect(country('CH')).toBe('Schweiz')
    expect(listed(['a', 'b', 'c'])).toBe('a, b und c')
  })

  test('a language that there is not is English', async () => {
    await language.choose('xx')
    expect(language.locale).toBe('en')
  })
})

describe('times', () => {
  const now = Date.parse('2026-11-24T12:00:00Z')
  test.each([
    ['2026-11-24T11:59:40Z', 'this minute'],
    ['2026-11-24T11:15:00Z', '45 minutes ago'],
    ['2026-11-23T11:00:00Z', 'yesterday'],
    ['2026-11-27T12:00:00Z', 'in 3 days']
  ])('%s is told as %s', (iso, words) => expect(ago(iso, now)).toBe(words))
})

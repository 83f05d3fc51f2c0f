// Every text of the app by key, in the language of the reader. English comes with each part of the app
// (its file `texts.ts`), another language as a whole when it is chosen. Plurals are keys that end in
// #one, #other … (Intl.PluralRules).
import shell from '../../locales/en/shell.json'
import type { English } from '../../locales/english'

type Base<K> = K extends `${infer B}#${string}` ? B : K
export type MessageKey = Base<keyof English>
export type Params = Record<string, string | number>

export const locales = { en: 'English', de: 'Deutsch' } as const
export type Locale = keyof typeof locales

type Texts = Record<string, string>

const english: Texts = { ...shell }
const others: Record<Exclude<Locale, 'en'>, () => Promise<{ default: Texts }>> = {
  de: () => import('../../locales/de.json')
}
const rightToLeft = new Set(['ar', 'fa', 'he', 'ur'])

class Language {
  locale = $state<Locale>('en')
  texts = $state.raw<Texts>(english)
  /** chosen by the reader, not taken from the browser */
  chosen: Locale | null = null

  /** Show the app in a language; remembered on this device. */
  async choose(wanted: string, remember = true): Promise<void> {
    const locale: Locale = wanted in locales ? (wanted as Locale) : 'en'
    this.texts = locale === 'en' ? english : (await others[locale]()).default
    this.locale = locale
    document.documentElement.lang = locale
    document.documentElement.dir = rightToLeft.has(locale) ? 'rtl' : 'ltr'
    if (!remember) return
    localStorage.setItem('locale', locale)
    this.chosen = locale
  }

  /** At start: the language chosen before, else the first of the browser's that there is. */
  async start(): Promise<void> {
    const known = localStorage.getItem('locale')
    const found = navigator.languages.map((l) => l.slice(0, 2)).find((l) => l in locales)
    await this.choose(known ?? found ?? 'en', false)
    if (known) this.chosen = this.locale
  }
}

export const language = new Language()

/** The English texts of a part of the app, added when that part has been fetched. */
export const addEnglish = (texts: Texts): void => void Object.assign(english, texts)

/** The text of a key with its {placeholders} filled in; `count` also picks the plural form. */
export function t(key: MessageKey, params: Params = {}): string {
  const { texts, locale } = language
  const form = typeof params.count === 'number' ? new Intl.PluralRules(locale).select(params.count) : ''
  const text = texts[`${key}#${form}`] ?? texts[`${key}#other`] ?? texts[key] ?? key
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name]
    return typeof value === 'number' ? number(value) : (value ?? whole)
  })
}

/** What a button does and to which of several: its name where it shows only the first. */
export const actOn = (act: string, name: string) => t('act.on', { act, name })

/** The text of a key that is put together at run time, or null when there is none. */
export function textOf(key: string): string | null {
  return language.texts[key] ?? null
}

/** The reader's own variety of the language, for dates and numbers. */
const variety = () =>
  navigator.languages.find((one) => one.startsWith(language.locale)) ??
  (language.locale === 'en' ? 'en-GB' : language.locale)

export const number = (value: number) => new Intl.NumberFormat(variety()).format(value)

/** 3 May 2026 */
export const day = (iso: string) =>
  new Intl.DateTimeFormat(variety(), { dateStyle: 'long' }).format(new Date(iso))

/** 3 May 2026 at 14:05 */
export const moment = (iso: string) =>
  new Intl.DateTimeFormat(variety(), { dateStyle: 'long', timeStyle: 'short' }).format(new Date(iso))

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60]
]

/** 3 days ago, in 2 hours; a date when it is further away than 30 days. */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000
  if (Math.abs(seconds) > 30 * 86_400) return day(iso)
  const format = new Intl.RelativeTimeFormat(variety(), { numeric: 'auto' })
  for (const [unit, size] of steps)
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  return format.format(0, 'minute')
}

const named = (type: Intl.DisplayNamesType, code: string) => {
  try {
    return new Intl.DisplayNames(variety(), { type }).of(code) ?? code
  } catch {
    return code
  }
}
export const country = (code: string) => named('region', code)
/** how far away, as the server rounds it: never less than 10 km */
export const away = (km: number) => t(km <= 10 ? 'person.within' : 'person.distance', { km })
export const tongue = (code: string) => named('language', code)
/** a, b and c */
export const listed = (items: string[]) =>
  new Intl.ListFormat(variety(), { type: 'conjunction' }).format(items)

// Every language has every text of the English catalogue, with the same {placeholders} and the plural forms
// that the language needs; and every text is used somewhere.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const src = new URL('../src/', import.meta.url).pathname
const json = (path) => JSON.parse(readFileSync(join(src, 'locales', path), 'utf8'))
const base = (key) => key.split('#')[0]
const holes = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(' ')
const faults = []

const english = {}
for (const file of readdirSync(join(src, 'locales/en')))
  for (const [key, text] of Object.entries(json(`en/${file}`))) {
    if (key in english) faults.push(`en: ${key} is in two files`)
    english[key] = text
  }

for (const file of readdirSync(join(src, 'locales')).filter((name) => name.endsWith('.json'))) {
  const locale = file.replace('.json', '')
  const texts = json(file)
  const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories
  for (const [key, text] of Object.entries(english)) {
    const wanted = key.includes('#') ? forms.map((form) => `${base(key)}#${form}`) : [key]
    for (const name of wanted)
      if (!texts[name]) faults.push(`${locale}: ${name} is missing`)
      else if (holes(texts[name]) !== holes(text)) faults.push(`${locale}: ${name} has other placeholders`)
  }
  const known = new Set(Object.keys(english).map(base))
  for (const key of Object.keys(texts))
    if (!known.has(base(key))) faults.push(`${locale}: ${key} is not in English`)
}

const source = readdirSync(src, { recursive: true })
  .filter((name) => /\.(svelte|ts)$/.test(name))
  .map((name) => readFileSync(join(src, name), 'utf8'))
  .join('\n')
// `topics.${kind}` uses every key that begins and ends so.
const built = [...source.matchAll(/`([\w.]*)\$\{[^}]*\}([\w.]*)`/g)].map((m) => [m[1], m[2]])
for (const key of new Set(Object.keys(english).map(base))) {
  const used =
    source.includes(`'${key}'`) ||
    built.some(([start, end]) => start && key.startsWith(start) && key.endsWith(end))
  if (!used) faults.push(`en: ${key} is not used`)
}

// A text is there when it is needed: it is the shell's, or of a part whose texts the file imports.
const partOf = Object.fromEntries(
  readdirSync(join(src, 'locales/en')).flatMap((file) =>
    Object.keys(json(`en/${file}`)).map((key) => [base(key), file])
  )
)
for (const name of readdirSync(src, { recursive: true }).filter((name) => /\.svelte$|[^.]\.ts$/.test(name))) {
  const text = readFileSync(join(src, name), 'utf8')
  const parts = [...text.matchAll(/import '([.\/\w]*[tT]exts)'/g)].map(
    ([, file]) =>
      readFileSync(join(src, name, '..', `${file}.ts`), 'utf8').match(/locales\/en\/(\w+\.json)/)[1]
  )
  for (const [, key] of text.matchAll(/\bt\('([\w.]+)'/g))
    if (partOf[key] !== 'shell.json' && !parts.includes(partOf[key]))
      faults.push(`${name}: the text ${key} is in ${partOf[key]}, which the file does not import`)
}

for (const fault of faults) console.error(fault)
process.exitCode = faults.length ? 1 : 0

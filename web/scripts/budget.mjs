// Octets, in brotli, that a first visit costs: the shell (what every page needs) and what each page adds.
// Exits 1 when one is over its budget (docs/web.md of the project: 40 kB, 15 kB more, 40 kB for verifiers).
import { readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist)))
const kB = 1000
const shellMost = 40 * kB
const pageMost = (path) => (/\/(verify|staff|admin|auditing|policy)\//.test(path) ? 40 : 15) * kB

/** What comes after the page is there, which works without it. */
const later = (key) => /Combobox\.svelte$/.test(key)

const size = (file) => brotliCompressSync(readFileSync(new URL(file, dist))).length

/** Every file that a chunk needs before it can show: itself, its style, what it imports. */
function needed(key, files = new Set()) {
  const chunk = manifest[key]
  if (files.has(chunk.file)) return files
  files.add(chunk.file)
  for (const file of chunk.css ?? []) files.add(file)
  for (const other of chunk.imports ?? []) needed(other, files)
  return files
}

const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0)
// The entry is packed with it (vite.config.ts).
const shell = needed(Object.keys(manifest).find((key) => manifest[key].name === 'shell'))
let over = 0
function report(name, octets, most) {
  if (octets > most) over++
  console.log(`${name} ${(octets / kB).toFixed(1)} kB goal <= ${most / kB} ${octets > most ? 'short' : 'ok'}`)
}

report('web_shell', total(shell) + size('index.html') + size('theme.js'), shellMost)
for (const key of Object.keys(manifest)
  .filter((k) => /^src\/pages\//.test(k) && !later(k))
  .sort()) {
  const own = [...needed(key)].filter((file) => !shell.has(file))
  report(`web_page_${key.split('/').pop().replace('.svelte', '').toLowerCase()}`, total(own), pageMost(key))
}
for (const key of Object.keys(manifest).filter(later))
  console.log(
    `later ${key.split('/').pop()} ${(total([...needed(key)].filter((f) => !shell.has(f))) / kB).toFixed(1)} kB`
  )
process.exitCode = over ? 1 : 0

// Beside every text file of dist/ its brotli and gzip form, made once here instead of on every request.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url).pathname
const worthIt = /\.(html|js|css|svg|json|txt)$/
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }

for (const name of readdirSync(dist, { recursive: true })) {
  if (!worthIt.test(name) || name.startsWith('.vite')) continue
  const file = join(dist, name)
  const text = readFileSync(file)
  for (const [ending, packed] of [
    ['.br', brotliCompressSync(text, options)],
    ['.gz', gzipSync(text, { level: 9 })]
  ])
    if (packed.length < text.length) writeFileSync(file + ending, packed)
    else rmSync(file + ending, { force: true })
}

// The types in src/lib/api/schema.d.ts are the ones that docs/openapi.yaml gives.
import { readFileSync } from 'node:fs'
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'

const wanted =
  COMMENT_HEADER + astToString(await openapiTS(new URL('../../docs/openapi.yaml', import.meta.url)))
const kept = readFileSync(new URL('../src/lib/api/schema.d.ts', import.meta.url), 'utf8')
if (kept.trim() !== wanted.trim()) {
  console.error('src/lib/api/schema.d.ts is not what docs/openapi.yaml says: run `npm run types` in web/')
  process.exitCode = 1
}

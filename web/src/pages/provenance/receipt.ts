// Checking a receipt in the browser: by the published keys of this site, without sending it anywhere.
import { api, data } from '../../lib/api/client'
import type { Schema } from '../../lib/api/queries'

export interface Said {
  iss: string
  sub: string
  jti: string
  iat: number
  exp: number
  level: number
  sentence: string
  verified_claims?: Schema['VerifiedClaims']
}
/** good; or what is wrong with it */
export type Checked = { fault: 'none' | 'elsewhere' | 'wrong' | 'expired'; said?: Said }

const octets = (text: string) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
const json = (text: string) => JSON.parse(new TextDecoder().decode(octets(text))) as Record<string, unknown>

async function signed(parts: string[], kid: unknown): Promise<boolean> {
  const { keys } = await data(api.GET('/.well-known/agora-keys'))
  const jwk = (keys as (JsonWebKey & { kid?: string })[]).find((key) => key.kid === kid && key.kty === 'RSA')
  if (!jwk) return false
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
  const text = new TextEncoder().encode(`${parts[0]}.${parts[1]}`)
  return crypto.subtle.verify(algorithm, key, octets(parts[2] ?? ''), text)
}

/** Check a receipt. A network that fails throws; a receipt that is wrong does not. */
export async function checkReceipt(token: string, here = location.origin): Promise<Checked> {
  const parts = token.trim().split('.')
  let said: Said
  let kid: unknown
  try {
    const header = json(parts[0] ?? '')
    // Fixed here and compared, never obeyed.
    if (
      parts.length !== 3 ||
      header.alg !== 'RS256' ||
      header.typ !== 'agora-receipt+jwt' ||
      'crit' in header
    )
      return { fault: 'wrong' }
    kid = header.kid
    said = json(parts[1] ?? '') as unknown as Said
    octets(parts[2] ?? '')
  } catch {
    return { fault: 'wrong' }
  }
  if (said.iss !== here) return { fault: 'elsewhere', said }
  if (!(await signed(parts, kid))) return { fault: 'wrong' }
  return { fault: said.exp * 1000 > Date.now() ? 'none' : 'expired', said }
}

/** Digests as the state files hold them. SHA-256 throughout; texts are hashed as UTF-8. */
import { createHash } from 'node:crypto'

/** @returns 64 lower-case hex digits */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** @returns `sha256:` and 64 lower-case hex digits */
export function digestOf(data: string | Uint8Array): string {
  return `sha256:${sha256Hex(data)}`
}

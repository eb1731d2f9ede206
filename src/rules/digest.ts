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

/** Whether a text is 64 lower-case hex digits. Quicker than a regular expression: auditors ask it millions of times. */
export function isSha256Hex(text: string): boolean {
  if (text.length !== 64) return false
  for (let at = 0; at < 64; at++) if (!isHexDigit(text.charCodeAt(at))) return false
  return true
}

/** @param code of a character: `0` to `9`, `a` to `f` */
export const isHexDigit = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 97 && code <= 102)

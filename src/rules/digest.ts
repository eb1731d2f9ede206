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

/** By the code of a character: 1 for `0` to `9` and `a` to `f`. */
export const HEX_DIGITS = Uint8Array.from({ length: 256 }, (_, code) =>
  /[0-9a-f]/.test(String.fromCharCode(code)) ? 1 : 0,
)
const DIGITS = 64
const scratch = Buffer.alloc(DIGITS)

/** Whether a text is 64 lower-case hex digits. By its bytes, which is quickest: auditors ask it millions of times. */
export function isSha256Hex(text: string): boolean {
  if (text.length !== DIGITS || scratch.write(text) !== DIGITS) return false
  for (let at = 0; at < DIGITS; at++) if (HEX_DIGITS[scratch[at] as number] !== 1) return false
  return true
}

/**
 * What a miner commits, as bytes: by convention the text as a SCALE string, its length in front. What is revealed is
 * whatever anybody committed, so that reading it answers with a reason and never throws.
 */
import { compactAt, type Read, sized } from './scale.ts'
import { OVERHEAD_BYTES } from './timelock/ciphertext.ts'

/** What the chain takes as one timelocked field, and what of it is left for the plaintext with its length. */
export const MAX_ENCRYPTED_BYTES = 1024
export const MAX_PLAINTEXT_BYTES = MAX_ENCRYPTED_BYTES - OVERHEAD_BYTES

export const encodePayload = (text: string): Uint8Array => sized(new TextEncoder().encode(text))

/**
 * The text behind its length, or all of it where no length of the rest stands in front: so wrote the first tools, and
 * those who commit bytes by hand. The length may be written in more bytes than it needs, as other readers take it too.
 */
export function decodePayload(payload: Uint8Array): Read<string> {
  if (payload.length === 0) return { ok: false, reason: 'empty' }
  if (payload.length > MAX_ENCRYPTED_BYTES) return { ok: false, reason: `longer than ${MAX_ENCRYPTED_BYTES} bytes` }
  const length = compactAt(payload)
  const isPrefixed = length !== undefined && length.value === payload.length - length.size
  const text = utf8(isPrefixed ? payload.subarray(length.size) : payload)
  return text === undefined ? { ok: false, reason: 'not UTF-8' } : { ok: true, value: text }
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

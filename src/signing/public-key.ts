/** Public ed25519 keys as OpenSSH writes them: `ssh-ed25519 AAAA… comment`. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { Malformed, string, WireReader } from './wire.ts'

export const KEY_TYPE = 'ssh-ed25519'
const KEY_BYTES = 32

export interface PublicKey {
  /** The point of the curve, 32 bytes. */
  readonly raw: Buffer
  /** As in files: base64 of type and point. Two keys are one if these are equal. */
  readonly blob: string
}

/** @param raw 32 bytes */
export const publicKeyOf = (raw: Buffer): PublicKey => ({
  raw,
  blob: Buffer.concat([string(KEY_TYPE), string(raw)]).toString('base64'),
})

/** @throws Malformed, also for keys of other types */
export function readBlob(bytes: Buffer): PublicKey {
  const reader = new WireReader(bytes)
  const type = reader.text()
  if (type !== KEY_TYPE) throw new Malformed(notEd25519(type))
  const raw = reader.string()
  reader.end()
  if (raw.length !== KEY_BYTES) throw new Malformed(`its key has ${raw.length} bytes instead of ${KEY_BYTES}`)
  return { raw, blob: bytes.toString('base64') }
}

/** `ssh-ed25519 AAAA…`, whatever follows. @throws Malformed */
export function parsePublicKey(text: string): PublicKey {
  const [type = '', blob] = text.trim().split(/[ \t]+/)
  if (blob === undefined) throw new Malformed('it is not a public key')
  if (type !== KEY_TYPE) throw new Malformed(notEd25519(type))
  return readBlob(decodeBase64(blob))
}

export const formatPublicKey = ({ blob }: PublicKey, comment = '') => `${KEY_TYPE} ${blob} ${comment}`.trimEnd()

/** As `ssh-keygen -l` shows it: `SHA256:…` */
export const fingerprintOf = ({ blob }: Pick<PublicKey, 'blob'>) =>
  `SHA256:${createHash('sha256').update(blob, 'base64').digest('base64').replace(/=+$/, '')}`

export const keyObjectOf = ({ raw }: PublicKey): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' })

const notEd25519 = (type: string) =>
  `it is a key of type ${JSON.stringify(type.slice(0, 40))}, and only ${KEY_TYPE} is supported`

/** SSH signatures (PROTOCOL.sshsig of OpenSSH): made as `ssh-keygen -Y sign` makes them, checked as `-Y verify` does. */
import { hash, type KeyObject, sign, verify } from 'node:crypto'
import { armored, dearmored } from './base64.ts'
import { KEY_TYPE, keyObjectOf, type PublicKey, readBlob } from './public-key.ts'
import { Malformed, string, uint32, WireReader } from './wire.ts'

/** What git's signatures are for, so that none made for anything else passes for one of a commit. */
export const NAMESPACE = 'git'
const ARMOR = 'SSH SIGNATURE'
const MAGIC = 'SSHSIG'
const VERSION = 1
const SIGNATURE_BYTES = 64
/** Far more than any signature with an ed25519 key takes. */
const MAX_ARMOR_LENGTH = 4096
const HASHES: readonly string[] = ['sha256', 'sha512']

export type Checked =
  | { readonly valid: true; readonly key: PublicKey }
  | { readonly valid: false; readonly why: string }

/** @returns armored, ending in a line break; the same for the same message and key */
export function signMessage(message: Uint8Array, key: KeyObject, publicKey: PublicKey, namespace = NAMESPACE): string {
  const signature = sign(null, signedData(message, namespace, 'sha512'), key)
  const parts = [publicKey.blob, namespace, '', 'sha512']
  const [blob = '', ...names] = parts
  const body = [Buffer.from(MAGIC), uint32(VERSION), string(Buffer.from(blob, 'base64')), ...names.map(string)]
  return armored(ARMOR, Buffer.concat([...body, string(Buffer.concat([string(KEY_TYPE), string(signature)]))]))
}

/** Whether the signature is one of this message; whose key it is, the caller has to judge. Never throws. */
export function checkSignature(message: Uint8Array, armor: string, namespace = NAMESPACE): Checked {
  try {
    const { key, hashName, signature } = parse(armor, namespace)
    if (verify(null, signedData(message, namespace, hashName), keyObject(key), signature)) return { valid: true, key }
    return { valid: false, why: 'it was made for something else than this' }
  } catch (error) {
    if (error instanceof Malformed) return { valid: false, why: error.message }
    return { valid: false, why: 'it cannot be read' }
  }
}

function parse(armor: string, namespace: string): { key: PublicKey; hashName: string; signature: Buffer } {
  if (/^-----BEGIN PGP/.test(armor)) throw new Malformed('it is one of PGP, and only SSH signatures are supported')
  if (armor.length > MAX_ARMOR_LENGTH) throw new Malformed('it is far too long')
  const reader = new WireReader(dearmored(ARMOR, armor))
  if (reader.take(MAGIC.length).toString('latin1') !== MAGIC) throw new Malformed('it is no SSH signature')
  const version = reader.uint32()
  if (version !== VERSION) throw new Malformed(`it is of version ${version}, which nobody knows`)
  const key = readBlob(reader.string())
  const purpose = reader.text()
  reader.string() // reserved
  const hashName = reader.text()
  const signature = readSignature(reader.string())
  reader.end()
  if (purpose !== namespace) {
    throw new Malformed(`it was made for ${JSON.stringify(purpose.slice(0, 40))} and not for ${namespace}`)
  }
  if (!HASHES.includes(hashName)) throw new Malformed('it names a hash that is not allowed')
  return { key, hashName, signature }
}

function readSignature(bytes: Buffer): Buffer {
  const reader = new WireReader(bytes)
  if (reader.text() !== KEY_TYPE) throw new Malformed('its kind is not that of its key')
  const signature = reader.string()
  reader.end()
  if (signature.length === SIGNATURE_BYTES) return signature
  throw new Malformed(`it has ${signature.length} bytes instead of ${SIGNATURE_BYTES}`)
}

const signedData = (message: Uint8Array, namespace: string, hashName: string) =>
  Buffer.concat([
    Buffer.from(MAGIC),
    ...[namespace, '', hashName].map(string),
    string(hash(hashName, message, 'buffer')),
  ])

/** A history has few keys: those of the last ones are kept ready. */
const MAX_KEPT_KEYS = 100
const keys = new Map<string, KeyObject>()

function keyObject(key: PublicKey): KeyObject {
  const known = keys.get(key.blob)
  if (known !== undefined) return known
  if (keys.size >= MAX_KEPT_KEYS) keys.clear()
  const made = keyObjectOf(key)
  keys.set(key.blob, made)
  return made
}

/**
 * Ansible Vault 1.1 with AES256, as old releases encrypted key files. After the header line, hex of three lines: salt, HMAC and
 * ciphertext, each in hex again. PBKDF2 makes the keys, HMAC-SHA256 covers the ciphertext, AES-256-CTR hides it.
 */
import { createDecipheriv, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

export const ANSIBLE_PREFIX = '$ANSIBLE_VAULT'
const HEADER = /^\$ANSIBLE_VAULT;1\.[12];AES256(;[^\r\n]*)?\r?\n/
const ITERATIONS = 10_000
const KEY_BYTES = 32
const IV_BYTES = 16
const BLOCK_BYTES = 16

/** @returns undefined when the password is wrong or the file damaged, or is of another version */
export async function ansibleOpen(file: Uint8Array, password: Uint8Array): Promise<Buffer | undefined> {
  const text = Buffer.from(file).toString('latin1')
  const header = HEADER.exec(text)
  if (header === null) return undefined
  const inner = Buffer.from(text.slice(header[0].length).replace(/\s/g, ''), 'hex').toString('latin1').split('\n')
  const [salt, hmac, ciphertext] = inner.map((line) => Buffer.from(line, 'hex'))
  if (!salt || !hmac || !ciphertext) return undefined

  const keys = await promisify(pbkdf2)(password, salt, ITERATIONS, 2 * KEY_BYTES + IV_BYTES, 'sha256')
  try {
    const tag = createHmac('sha256', keys.subarray(KEY_BYTES, 2 * KEY_BYTES))
      .update(ciphertext)
      .digest()
    if (tag.length !== hmac.length || !timingSafeEqual(tag, hmac)) return undefined
    const decipher = createDecipheriv('aes-256-ctr', keys.subarray(0, KEY_BYTES), keys.subarray(2 * KEY_BYTES))
    return withoutPadding(Buffer.concat([decipher.update(ciphertext), decipher.final()]))
  } finally {
    keys.fill(0)
  }
}

/** PKCS #7, which a stream cipher does not take off by itself. */
function withoutPadding(plain: Buffer): Buffer | undefined {
  const length = plain.at(-1) ?? 0
  return length >= 1 && length <= Math.min(BLOCK_BYTES, plain.length) ? plain.subarray(0, -length) : undefined
}

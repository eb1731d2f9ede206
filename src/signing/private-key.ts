/** Private ed25519 keys. The secret leaves an object of this class by `toOpenSsh` only, never by an error or a log. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { RoundkeeperError } from '../errors.ts'
import { OPENSSH_ARMOR, readOpenSshKey, writeOpenSshKey } from './openssh-key.ts'
import { type PublicKey, publicKeyOf } from './public-key.ts'
import type { Signer } from './signer.ts'
import { signMessage } from './sshsig.ts'
import { Malformed } from './wire.ts'

/** What precedes the 32 bytes of an ed25519 key in PKCS #8 (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
/** Far more than a key takes. */
const MAX_KEY_LENGTH = 65_536

export class PrivateKey implements Signer {
  readonly publicKey: PublicKey
  readonly #key: KeyObject

  private constructor(key: KeyObject) {
    this.#key = key
    this.publicKey = publicKeyOf(Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url'))
  }

  static generate(): PrivateKey {
    return new PrivateKey(generateKeyPairSync('ed25519').privateKey)
  }

  /** @param seed 32 bytes, from which all of the key follows */
  static fromSeed(seed: Buffer): PrivateKey {
    return new PrivateKey(createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' }))
  }

  /**
   * A key file of OpenSSH, or PKCS #8 in PEM; without a passphrase.
   * @param where the file or variable that it comes from, for errors
   * @throws RoundkeeperError `usage`
   */
  static parse(text: string, where: string): PrivateKey {
    try {
      return PrivateKey.#read(text.replaceAll('\r\n', '\n').trim())
    } catch (error) {
      // The causes of others could quote the key.
      const why = error instanceof Malformed ? error.message : 'it cannot be read'
      throw new RoundkeeperError('usage', `this is not a signing key: ${why}`, { where, hint: HINT })
    }
  }

  sign(payload: Uint8Array): string {
    return signMessage(payload, this.#key, this.publicKey)
  }

  toOpenSsh(comment: string): string {
    const seed = Buffer.from(this.#key.export({ format: 'jwk' }).d ?? '', 'base64url')
    return writeOpenSshKey(seed, this.publicKey, comment)
  }

  static #read(text: string): PrivateKey {
    if (text.length > MAX_KEY_LENGTH) throw new Malformed('it is far too long')
    if (/^(ssh|ecdsa|sk)-/.test(text)) throw new Malformed('it is a public key, and the private one is needed')
    const kind = /^-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1]
    if (kind === OPENSSH_ARMOR) return PrivateKey.#fromOpenSsh(text)
    if (kind === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: 4,ENCRYPTED/m.test(text)) {
      throw new Malformed('it is locked with a passphrase')
    }
    if (kind !== 'PRIVATE KEY') {
      throw new Malformed(kind === undefined ? 'it has no header of a key' : `it is of another kind (${kind})`)
    }
    const key = createPrivateKey({ key: text, format: 'pem' })
    if (key.asymmetricKeyType === 'ed25519') return new PrivateKey(key)
    throw new Malformed(`it is a key of type ${key.asymmetricKeyType}, and only ed25519 is supported`)
  }

  static #fromOpenSsh(text: string): PrivateKey {
    const { seed, publicKey } = readOpenSshKey(text)
    const key = PrivateKey.fromSeed(seed)
    if (key.publicKey.blob === publicKey.blob) return key
    throw new Malformed('its halves do not belong together')
  }
}

const HINT = 'Make one with `roundkeeper keygen`, or with `ssh-keygen -t ed25519 -N ""`.'

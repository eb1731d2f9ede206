/** A new key, or one made again from its mnemonic, and the secrets that its file keeps besides the private key. */
import { RoundkeeperError } from '../errors.ts'
import { derivedKey, isDerived } from './derived-key.ts'
import { bareSecret, bytesOfHex } from './key-fields.ts'
import { keypairOf, privateContent } from './key-file-content.ts'
import { newMnemonic, seedOfMnemonic, type WordCount } from './mnemonic.ts'
import { SEED_BYTES, Sr25519Keypair } from './sr25519-keypair.ts'

export interface NewKey {
  readonly keypair: Sr25519Keypair
  /** What a person has to keep; absent for a key made again from a seed or a private key. */
  readonly mnemonic?: string
  /** The plain content of its file; whoever made the key wipes it. */
  readonly content: Buffer
}

export const generateKey = (words: WordCount): NewKey => keyOfMnemonic(newMnemonic(words))

/**
 * @param secret a mnemonic, or a seed (64 hex digits), or a private key as key files hold it (128); the first two may have a
 *   path behind them, and a path alone is of a well-known development key
 * @throws RoundkeeperError `usage`; does not quote it
 */
export function recoverKey(secret: string): NewKey {
  if (isDerived(secret)) return keyOfPath(secret.trim())
  const { secretPhrase, secretSeed, privateKey } = bareSecret(secret.trim()) ?? {}
  if (secretPhrase !== undefined) return keyOfMnemonic(secretPhrase.toLowerCase().split(/\s+/).join(' '))
  const seed = secretSeed === undefined ? undefined : bytesOfHex(secretSeed, SEED_BYTES)
  const keypair = keypairOf({ ...(secretSeed && { secretSeed }), ...(privateKey && { privateKey }) })
  if (keypair === undefined)
    throw notASecret('it is neither a mnemonic of 12 to 24 words nor a seed or private key in hex')
  const content = privateContent(keypair, seed ? { seed } : {})
  seed?.fill(0)
  return { keypair, content }
}

function keyOfMnemonic(mnemonic: string): NewKey {
  const seed = seedOfMnemonic(mnemonic)
  const keypair = seed && Sr25519Keypair.fromSeed(seed)
  if (!keypair) throw notASecret('a word of the mnemonic is wrong, or missing, or in another place')
  const content = privateContent(keypair, { phrase: mnemonic, seed })
  seed.fill(0)
  return { keypair, mnemonic, content }
}

/** Its file holds the private key alone: the words without the path are those of another key. */
function keyOfPath(secret: string): NewKey {
  const keypair = derivedKey(secret)
  if (keypair !== undefined) return { keypair, content: privateContent(keypair, {}) }
  throw new RoundkeeperError('usage', 'no key can be derived from this', {
    hint: 'Give a mnemonic or a seed (0x and 64 hex digits), then the path, as in WORDS//hard/soft, or //Alice. Passwords (///) are not known here.',
  })
}

const notASecret = (why: string) =>
  new RoundkeeperError('usage', `no key can be made of this: ${why}`, {
    hint: 'Compare it with your note, letter by letter. Only the words themselves, with blanks between them.',
  })

/** Keys of a path below a secret, as Substrate's tools write them: `WORDS//hard/soft`, `0xSEED//hard`, and `//Alice` of development. */
import { utilCrypto } from './libraries.ts'
import { canonical } from './private-key-form.ts'
import { Sr25519Keypair } from './sr25519-keypair.ts'

/** Of Substrate's tools: all their development accounts are derived from it. */
const DEV_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'

const SEED = /^0x[0-9a-f]{64}$/i

export const isDerived = (secret: string): boolean => secret.includes('/')

/**
 * @param secret a mnemonic or a seed with 0x, then a path; a path alone is of a well-known development key
 * @returns undefined for what is none: a wrong mnemonic, an empty path, or a password (`///`)
 */
export function derivedKey(secret: string): Sr25519Keypair | undefined {
  const { keyExtractSuri, keyFromPath, mnemonicToMiniSecret, sr25519PairFromSeed } = utilCrypto()
  const slash = secret.indexOf('/')
  const words = secret.slice(0, slash).trim().toLowerCase().split(/\s+/).join(' ')
  try {
    const { phrase, path, password } = keyExtractSuri(`${words || DEV_PHRASE}${secret.slice(slash)}`)
    if (password !== undefined || path.length === 0) return undefined
    const seed = SEED.test(phrase) ? Buffer.from(phrase.slice(2), 'hex') : mnemonicToMiniSecret(phrase)
    const { secretKey } = keyFromPath(sr25519PairFromSeed(seed), path, 'sr25519')
    const privateKey = canonical(secretKey)
    seed.fill(0)
    secretKey.fill(0)
    const keypair = Sr25519Keypair.fromPrivateKey(privateKey)
    privateKey.fill(0)
    return keypair
  } catch {
    // Its errors quote what they read.
    return undefined
  }
}

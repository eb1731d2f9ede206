/** What a key file says once it is open: JSON as Bittensor writes it, or the bare secret of older tools. */
import { RoundkeeperError } from '../errors.ts'

const TEXTS = ['accountId', 'publicKey', 'privateKey', 'secretPhrase', 'secretSeed', 'ss58Address'] as const

/** Any of them may be missing. */
export type KeyFields = Partial<Record<(typeof TEXTS)[number], string>> & {
  /** 1 is sr25519, 0 is ed25519. */
  cryptoType?: number
}

const SEED = /^(0x)?[0-9a-f]{64}$/i
const PRIVATE_KEY = /^(0x)?[0-9a-f]{128}$/i
const WORDS = /^[a-z]+(\s+[a-z]+){11,23}$/i

/**
 * @param where the file, for errors
 * @throws RoundkeeperError `usage`; neither the message nor a cause quotes the text
 */
export function parseKeyFields(text: string, where: string): KeyFields {
  const trimmed = text.trim()
  return bareSecret(trimmed) ?? fieldsOf(jsonOf(trimmed), where)
}

/** A seed, a private key or a mnemonic, and nothing else. */
export function bareSecret(text: string): KeyFields | undefined {
  if (SEED.test(text)) return { secretSeed: text }
  if (PRIVATE_KEY.test(text)) return { privateKey: text }
  return WORDS.test(text) ? { secretPhrase: text } : undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The error of JSON.parse quotes what it read.
    return undefined
  }
}

function fieldsOf(json: unknown, where: string): KeyFields {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw broken('it holds neither JSON nor a secret')
  const fields: KeyFields = {}
  for (const [name, value] of Object.entries(json)) {
    // One old tool wrote ` ss58Address`, with a blank.
    const known = TEXTS.find((each) => each === name.trim())
    if (value === null || value === '') continue
    if (name === 'cryptoType') {
      if (typeof value !== 'number') throw broken('its cryptoType is no number')
      fields.cryptoType = value
    }
    if (known === undefined) continue
    if (typeof value !== 'string') throw broken(`its ${known} is no text`)
    fields[known] = value
  }
  return fields

  function broken(why: string): RoundkeeperError {
    return brokenKeyFile(why, where)
  }
}

export const brokenKeyFile = (why: string, where: string) =>
  new RoundkeeperError('usage', `this is not a key file: ${why}`, {
    where,
    hint: 'Move it away, and make it anew from its mnemonic: roundkeeper wallet regen.',
  })

/** `0x…` or bare digits as bytes; undefined for anything else, or another length. */
export function bytesOfHex(text: string, bytes: number): Buffer | undefined {
  const digits = text.trim().replace(/^0x/, '')
  return digits.length === bytes * 2 && /^[0-9a-f]*$/i.test(digits) ? Buffer.from(digits, 'hex') : undefined
}

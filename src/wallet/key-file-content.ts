/** From the plain content of a key file to a key, and back. */
import { RoundkeeperError } from '../errors.ts'
import { addressOf, publicKeyOf } from './address.ts'
import { brokenKeyFile, bytesOfHex, type KeyFields, parseKeyFields } from './key-fields.ts'
import { seedOfMnemonic } from './mnemonic.ts'
import { PRIVATE_KEY_BYTES } from './private-key-form.ts'
import { SEED_BYTES, Sr25519Keypair } from './sr25519-keypair.ts'

const SR25519 = 1
const PUBLIC_KEY_BYTES = 32

export interface KeyContent {
  readonly address: string
  /** Absent where the file holds only the public half. */
  readonly keypair?: Sr25519Keypair
}

/**
 * Takes the first secret that can be read of phrase, seed and private key (Bittensor's order: one release of its tools wrote seeds
 * that nobody can read), and demands that it belongs to the public key beside it.
 * @throws RoundkeeperError `usage`; never quotes the content
 */
export function readKeyContent(text: string, where: string): KeyContent {
  const fields = parseKeyFields(text, where)
  if (fields.cryptoType !== undefined && fields.cryptoType !== SR25519) {
    throw new RoundkeeperError('usage', 'this key is not an sr25519 key', {
      where,
      hint: 'Only sr25519 keys (cryptoType 1) can sign here: make another with roundkeeper wallet new.',
    })
  }
  const address = claimedAddress(fields, where)
  const keypair = keypairOf(fields)
  if (keypair && address !== undefined && keypair.address !== address) {
    keypair[Symbol.dispose]()
    throw brokenKeyFile(`it says that it is ${address}, and its secret is that of another key`, where)
  }
  if (keypair) return { address: keypair.address, keypair }
  const secrets = [fields.secretPhrase, fields.secretSeed, fields.privateKey]
  if (secrets.some((each) => each !== undefined)) throw brokenKeyFile('the secret in it cannot be read', where)
  if (address === undefined) throw brokenKeyFile('it names no key', where)
  return { address }
}

/** The key of a mnemonic, a seed (64 hex digits) or a private key (128), whichever is there and can be read, in this order. */
export function keypairOf({ secretPhrase, secretSeed, privateKey }: KeyFields): Sr25519Keypair | undefined {
  const phrase = secretPhrase === undefined ? undefined : seedOfMnemonic(secretPhrase)
  const seed = phrase ?? (secretSeed === undefined ? undefined : bytesOfHex(secretSeed, SEED_BYTES))
  if (seed) return wiping(seed, Sr25519Keypair.fromSeed)
  const key = privateKey === undefined ? undefined : bytesOfHex(privateKey, PRIVATE_KEY_BYTES)
  return key && wiping(key, Sr25519Keypair.fromPrivateKey)
}

/** The JSON of a private key file; fields and spelling are Bittensor's. The caller wipes it. */
export function privateContent(keypair: Sr25519Keypair, secrets: { phrase?: string; seed?: Uint8Array }): Buffer {
  const privateKey = keypair.privateKey()
  const json = {
    ...publicFields(keypair.publicKey),
    privateKey: hex(privateKey),
    ...(secrets.phrase === undefined ? {} : { secretPhrase: secrets.phrase }),
    ...(secrets.seed === undefined ? {} : { secretSeed: hex(secrets.seed) }),
  }
  privateKey.fill(0)
  return Buffer.from(JSON.stringify(json))
}

export const publicContent = (publicKey: Uint8Array): Buffer => Buffer.from(JSON.stringify(publicFields(publicKey)))

const publicFields = (publicKey: Uint8Array) => ({
  accountId: hex(publicKey),
  publicKey: hex(publicKey),
  ss58Address: addressOf(publicKey),
  cryptoType: SR25519,
})

/** Every public field has to name the same key. */
function claimedAddress(fields: KeyFields, where: string): string | undefined {
  const keys = (['publicKey', 'accountId', 'ss58Address'] as const).flatMap((name) => {
    const text = fields[name]
    if (text === undefined) return []
    const key = name === 'ss58Address' ? publicKeyOf(text) : bytesOfHex(text, PUBLIC_KEY_BYTES)
    if (key === undefined) throw brokenKeyFile(`its ${name} cannot be read`, where)
    return [addressOf(key)]
  })
  if (new Set(keys).size > 1) throw brokenKeyFile('its public fields name different keys', where)
  return keys[0]
}

function wiping<T>(bytes: Uint8Array, make: (bytes: Uint8Array) => T): T {
  try {
    return make(bytes)
  } finally {
    bytes.fill(0)
  }
}

const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`

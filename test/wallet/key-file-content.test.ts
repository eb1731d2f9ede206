import { describe, expect, it } from 'vitest'
import { isError } from '../../src/errors.ts'
import { privateContent, publicContent, readKeyContent } from '../../src/wallet/key-file-content.ts'
import { generateKey, recoverKey } from '../../src/wallet/new-key.ts'
import fc from '../support/properties.ts'
import { ADDRESS, ALICE, fixture, MNEMONIC, PRIVATE_KEY, PUBLIC_KEY, SECRETS, SEED } from './support.ts'

const read = (content: unknown) => readKeyContent(typeof content === 'string' ? content : JSON.stringify(content), 'h1')
const nulls = { accountId: null, publicKey: null, privateKey: null, secretPhrase: null, secretSeed: null }
/** What is thrown, in every form in which it could reach a log. */
const failure = (content: unknown): string => {
  try {
    read(content)
  } catch (error) {
    expect(isError(error, 'usage')).toBe(true)
    const { message, stack, cause } = error as Error
    expect(cause).toBeUndefined()
    return `${message}\n${stack}\n${JSON.stringify(error)}`
  }
  throw new Error('nothing was thrown')
}

describe('a key file', () => {
  const full = JSON.parse(fixture('hotkey.mnemonic').toString())

  it.each([
    ['as Bittensor writes it', full],
    ['with nothing but a phrase', { secretPhrase: MNEMONIC }],
    ['with nothing but a seed', { secretSeed: `0x${SEED}` }],
    ['with a seed without its 0x', { secretSeed: SEED }],
    ['with nothing but a private key', { privateKey: `0x${PRIVATE_KEY}` }],
    ['with fields that are null', { ...nulls, secretSeed: `0x${SEED}`, ss58Address: ADDRESS }],
    ['with fields of newer tools', { ...full, accountType: null, signingScheme: { any: 1 }, hashedDescriptor: [] }],
    ['with the blank of an old tool', { secretSeed: `0x${SEED}`, ' ss58Address': ADDRESS }],
    ['that is a bare seed', SEED],
    ['that is a bare seed with 0x and a line break', `0x${SEED}\n`],
    ['that is a bare private key', PRIVATE_KEY],
    ['that is a bare mnemonic', `${MNEMONIC}\n`],
  ])('%s is read', (_, content) => {
    const { address, keypair } = read(content)
    expect(address).toBe(ADDRESS)
    expect(Buffer.from(keypair!.publicKey).toString('hex')).toBe(PUBLIC_KEY)
    expect(Buffer.from(keypair!.privateKey()).toString('hex')).toBe(PRIVATE_KEY)
  })

  it('with the private key only, a seed that its own tool made unreadable, or 24 words is read', () => {
    expect(read(fixture('hotkey.private-key').toString())).toMatchObject({
      address: ALICE,
      keypair: { address: ALICE },
    })
    expect(read(fixture('hotkey.unreadable-seed').toString()).keypair?.address).toMatch(/^5DtDLm5r/)
    expect(read(fixture('hotkey.24-words').toString()).keypair?.address).toMatch(/^5Ejoq7po/)
  })

  it('may hold the public half only', () => {
    for (const content of [fixture('coldkeypub.txt').toString(), { ss58Address: ADDRESS }, { publicKey: PUBLIC_KEY }]) {
      expect(read(content)).toEqual({ address: ADDRESS })
    }
  })

  it.each([
    ['a secret of another key', { ...full, ss58Address: ALICE, publicKey: null, accountId: null }, 'another key'],
    ['public fields that disagree', { ...full, ss58Address: ALICE }, 'different keys'],
    ['an address that is none', { ...full, ss58Address: ADDRESS.slice(1) }, 'its ss58Address'],
    ['a secret that is none', { secretSeed: SEED.slice(1), ss58Address: ADDRESS }, 'the secret in it'],
    ['a mistyped mnemonic', MNEMONIC.replace('walk', 'wolk'), 'the secret in it'],
    ['an ed25519 key', { ...full, cryptoType: 0 }, 'sr25519'],
    ['no key at all', {}, 'names no key'],
    ['an address that is a number', { ss58Address: 5 }, 'is no text'],
    ['a list', [full], 'neither JSON'],
    ['half of the file', JSON.stringify(full).slice(0, -20), 'neither JSON'],
    ['text before it', `x ${JSON.stringify(full)}`, 'neither JSON'],
    ['nothing', '', 'neither JSON'],
  ])('with %s is refused, without a word of what is in it', (_, content, why) => {
    const said = failure(content)
    expect(said).toContain(why)
    for (const secret of [...SECRETS, 'bottom', SEED.slice(1)]) expect(said).not.toContain(secret)
  })

  it('of anything at all is read or refused, and never quoted', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('utf8')),
    )
    const value = fc.oneof(
      fc.constantFrom(SEED, `0x${PRIVATE_KEY}`, MNEMONIC, ADDRESS, ALICE, null, 1, 0),
      fc.jsonValue(),
    )
    const keys = ['accountId', 'publicKey', 'privateKey', 'secretPhrase', 'secretSeed', 'ss58Address', 'cryptoType']
    const fields = fc
      .dictionary(fc.constantFrom(...keys, '__proto__', 'toString'), value)
      .map((each) => JSON.stringify(each))
    const holds = (content: string) => {
      try {
        expect(read(content).address).toMatch(/^5/)
      } catch (error) {
        if (!isError(error, 'usage')) throw error
        expect(error.cause).toBeUndefined()
        for (const secret of SECRETS) expect(error.message).not.toContain(secret)
      }
    }
    fc.assert(fc.property(fc.oneof(text, fields), holds), { numRuns: 200 })
  })
})

describe('what is written', () => {
  it('has the fields and the values of Bittensor', () => {
    const { keypair, content } = recoverKey(MNEMONIC)
    expect(JSON.parse(content.toString())).toEqual(JSON.parse(fixture('hotkey.mnemonic').toString()))
    expect(JSON.parse(publicContent(keypair.publicKey).toString())).toEqual(
      JSON.parse(fixture('coldkeypub.txt').toString()),
    )
    expect(content.toString()).not.toMatch(/[:,] /)
  })

  it('is read again, whatever the key was made from', () => {
    for (const key of [generateKey(12), generateKey(24), recoverKey(SEED), recoverKey(`0x${PRIVATE_KEY}`)]) {
      expect(read(key.content.toString()).keypair?.address).toBe(key.keypair.address)
    }
    expect(recoverKey(SEED).keypair.address).toBe(ADDRESS)
    expect(recoverKey(PRIVATE_KEY)).not.toHaveProperty('mnemonic')
    expect(JSON.parse(privateContent(recoverKey(PRIVATE_KEY).keypair, {}).toString())).not.toHaveProperty('secretSeed')
  })

  it('is not made of what is no secret', () => {
    for (const text of ['', MNEMONIC.replace('walk', 'wolk'), `${MNEMONIC} walk`, SEED.slice(2), 'ff'.repeat(64)]) {
      expect(() => recoverKey(text)).toThrow(/no key can be made of this/)
    }
  })
})

import { describe, expect, it } from 'vitest'
import { addressOf, publicKeyOf } from '../../src/wallet/address.ts'
import { newMnemonic, seedOfMnemonic, WORD_COUNTS } from '../../src/wallet/mnemonic.ts'
import { canonical, expanded } from '../../src/wallet/private-key-form.ts'
import { Sr25519Keypair, verifySignature } from '../../src/wallet/sr25519-keypair.ts'
import fc from '../support/properties.ts'
import { ADDRESS, ALICE, MNEMONIC, PRIVATE_KEY, PUBLIC_KEY, SEED } from './support.ts'

const bytes = (hex: string) => Buffer.from(hex, 'hex')
const hex = (of: Uint8Array) => Buffer.from(of).toString('hex')
const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('addresses', () => {
  it('are those of Bittensor', () => {
    expect(addressOf(bytes(PUBLIC_KEY))).toBe(ADDRESS)
    expect(addressOf(bytes('d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'))).toBe(ALICE)
    expect(hex(publicKeyOf(ADDRESS) ?? bytes(''))).toBe(PUBLIC_KEY)
  })

  it('of other chains, with typing errors, or of other things are none', () => {
    const polkadot = '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'
    const hostile = [
      polkadot,
      `${ADDRESS}1`,
      ADDRESS.replace('Q', 'R'),
      '',
      '5',
      '0x',
      PUBLIC_KEY,
      '1'.repeat(1e6),
      '5é',
    ]
    for (const text of hostile) expect(publicKeyOf(text), text.slice(0, 60)).toBeUndefined()
  })

  it('come back from what they stand for', () => {
    fc.assert(fc.property(seeds, (key) => hex(publicKeyOf(addressOf(key))!) === hex(key)))
    fc.assert(fc.property(fc.string(), (text) => publicKeyOf(text) === undefined))
  })
})

describe('key pairs', () => {
  it('follow from mnemonic, seed and private key', () => {
    expect(hex(seedOfMnemonic(MNEMONIC) ?? bytes(''))).toBe(SEED)
    const ofSeed = Sr25519Keypair.fromSeed(bytes(SEED))
    expect(ofSeed?.address).toBe(ADDRESS)
    expect(hex(ofSeed?.privateKey() ?? bytes(''))).toBe(PRIVATE_KEY)
    expect(Sr25519Keypair.fromPrivateKey(bytes(PRIVATE_KEY))?.address).toBe(ADDRESS)
  })

  it('have private keys in two forms', () => {
    const alice = bytes(`33a6f3093f158a7109f679410bef1a0c54168145e0cecb4df006c1c2fffb1f09${'07'.repeat(32)}`)
    const long = expanded(alice)
    expect(hex(long ?? bytes('')).slice(0, 8)).toBe('98319d4f')
    expect(hex(canonical(long ?? bytes('')))).toBe(hex(alice))
  })

  it('are not made of what is no key', () => {
    for (const length of [0, 31, 33, 64]) expect(Sr25519Keypair.fromSeed(new Uint8Array(length))).toBeUndefined()
    for (const key of [bytes(''), bytes('00'.repeat(64)), bytes('ff'.repeat(64)), bytes(SEED)]) {
      expect(Sr25519Keypair.fromPrivateKey(key)).toBeUndefined()
    }
  })

  it('sign what they are given, and nothing else', () => {
    const one = fc.record({ seed: seeds, message: fc.uint8Array(), flip: fc.nat(63) })
    const holds = ({ seed, message, flip }: { seed: Uint8Array; message: Uint8Array; flip: number }) => {
      const key = Sr25519Keypair.fromSeed(seed)!
      const again = Sr25519Keypair.fromPrivateKey(key.privateKey())!
      expect(again.address).toBe(key.address)
      const signature = again.sign(message)
      expect(verifySignature(message, signature, key.publicKey)).toBe(true)
      expect(verifySignature(Buffer.concat([message, Buffer.of(0)]), signature, key.publicKey)).toBe(false)
      const bent = Uint8Array.from(signature, (byte, index) => (index === flip ? byte ^ 1 : byte))
      expect(verifySignature(message, bent, key.publicKey)).toBe(false)
    }
    fc.assert(fc.property(one, holds), { numRuns: 15 })
    expect(verifySignature(bytes('00'), bytes('00'), bytes('00'))).toBe(false)
  })

  it('verify what Bittensor signed', () => {
    const signature = bytes(
      '387e52fe4fded08be710243219e5b05a1ac8c903a926430b3e9408e041f4e11615a47efaec8394279d375b9192d6763bc94f44815f5e3cbb8badd41e36a1b586',
    )
    expect(verifySignature(Buffer.from('roundkeeper'), signature, bytes(PUBLIC_KEY))).toBe(true)
  })

  it('sign no more once they are put away', () => {
    const key = Sr25519Keypair.fromSeed(bytes(SEED))!
    key[Symbol.dispose]()
    expect(() => key.sign(bytes('00'))).toThrow('put away')
    expect(hex(key.privateKey())).toBe('00'.repeat(64))
  })

  it('show no secret to whoever prints them', async () => {
    const { inspect } = await import('node:util')
    const key = Sr25519Keypair.fromSeed(bytes(SEED))!
    expect(JSON.stringify(key) + inspect(key, { depth: 9, showHidden: true })).not.toContain('secret')
  })
})

describe('mnemonics', () => {
  it('have as many words as asked for, and a seed', () => {
    for (const count of WORD_COUNTS) {
      const words = newMnemonic(count)
      expect(words.split(' ')).toHaveLength(count)
      expect(seedOfMnemonic(words)).toHaveLength(32)
    }
    expect(newMnemonic(12)).not.toBe(newMnemonic(12))
  })

  it('may be written carelessly, but not wrongly', () => {
    expect(seedOfMnemonic(`\n ${MNEMONIC.toUpperCase().replaceAll(' ', '\t ')} \n`)).toEqual(seedOfMnemonic(MNEMONIC))
    const swapped = MNEMONIC.replace('drive obey', 'obey drive')
    const wrong = [swapped, MNEMONIC.replace('walk', 'wolk'), 'walk', '', `${MNEMONIC} walk`, 'walk '.repeat(1e5)]
    for (const text of wrong) expect(seedOfMnemonic(text), text.slice(0, 90)).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { derivedKey } from '../../src/wallet/derived-key.ts'
import { utilCrypto } from '../../src/wallet/libraries.ts'
import { verifySignature } from '../../src/wallet/sr25519-keypair.ts'
import { ALICE, MNEMONIC, SEED } from './support.ts'

describe('a derived key', () => {
  it('is the one that Substrate’s tools derive, and signs', () => {
    const { encodeAddress, keyExtractSuri, keyFromPath, mnemonicToMiniSecret, sr25519PairFromSeed } = utilCrypto()
    for (const path of ['//Alice', '//Alice//stash', '/soft', '//hard/soft/7', '//1']) {
      const pair = sr25519PairFromSeed(mnemonicToMiniSecret(MNEMONIC))
      const expected = keyFromPath(pair, keyExtractSuri(`${MNEMONIC}${path}`).path, 'sr25519')
      for (const secret of [
        `${MNEMONIC}${path}`,
        `0x${SEED}${path}`,
        `${MNEMONIC.toUpperCase().replaceAll(' ', '  ')} ${path}`,
      ]) {
        const key = derivedKey(secret)
        expect(key?.address).toBe(encodeAddress(expected.publicKey, 42))
        const text = Buffer.from('text')
        expect(verifySignature(text, key!.sign(text), expected.publicKey)).toBe(true)
      }
    }
    expect(derivedKey('//Alice')?.address).toBe(ALICE)
  })

  it('is not made of what is none', () => {
    const wrong = [
      '/',
      '//',
      '',
      `${MNEMONIC}/`,
      `${MNEMONIC.replace('walk', 'wolk')}//Alice`,
      '0x12//Alice',
      '//a///password',
    ]
    for (const secret of [...wrong, '/'.repeat(3000), `//${'a/'.repeat(1000)}/`])
      expect(derivedKey(secret), secret.slice(0, 60)).toBeUndefined()
  })
})

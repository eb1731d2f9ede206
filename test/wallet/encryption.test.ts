import { describe, expect, it } from 'vitest'
import { ansibleOpen } from '../../src/wallet/encryption/ansible-vault.ts'
import { nativeArgon2i, wasmArgon2i } from '../../src/wallet/encryption/argon2i.ts'
import { decryptFile, encryptionOf } from '../../src/wallet/encryption/encrypted-file.ts'
import { fernetOpen } from '../../src/wallet/encryption/fernet.ts'
import { naclKey, naclOpen, naclSeal } from '../../src/wallet/encryption/nacl.ts'
import fc from '../support/properties.ts'
import { fixture, PASSWORD } from './support.ts'

const plain = fixture('hotkey.mnemonic')
const key = Buffer.from('7dce131fd201cfb0beb8551f6ffcfc6132f7bd194ad41a611e6a782ef7e7dd5c', 'hex')
const password = Buffer.from(PASSWORD)
const wrong = Buffer.from('testing124')

describe('an encrypted key file', () => {
  it('is told by its first bytes', () => {
    expect(encryptionOf(fixture('coldkey.nacl'))).toBe('nacl')
    expect(encryptionOf(fixture('coldkey.ansible-vault'))).toBe('ansible-vault')
    expect(encryptionOf(fixture('coldkey.fernet'))).toBe('fernet')
    for (const text of [plain, Buffer.from(''), Buffer.from('$NAC'), Buffer.from(' $NACL')]) {
      expect(encryptionOf(text)).toBeUndefined()
    }
  })

  it('of Bittensor opens with the key that its password makes', async () => {
    expect((await naclKey(password)).toString('hex')).toBe(key.toString('hex'))
    expect(JSON.parse(String(naclOpen(fixture('coldkey.nacl'), key)))).toEqual(JSON.parse(plain.toString()))
  })

  it('is sealed to the byte as Bittensor does it', () => {
    const sealed = naclSeal(Buffer.from('{"a": "b"}'), key, Buffer.alloc(24, 7))
    const expected = `244e41434c${'07'.repeat(24)}e2febc18ae9147e315f52580a4c874db43fa435352c8bbd34ddb`
    expect(sealed.toString('hex')).toBe(expected)
    expect(naclSeal(plain, key)).not.toEqual(naclSeal(plain, key))
  })

  it.each(['coldkey.ansible-vault', 'coldkey.real-ansible', 'coldkey.fernet'])(
    'of old tools opens: %s',
    async (name) => {
      const file = fixture(name)
      expect(await decryptFile(file, encryptionOf(file)!, password, 'coldkey')).toEqual(plain)
    },
  )

  it('does not open with another password, or damaged, and the error says no more than that', async () => {
    const vault = fixture('coldkey.ansible-vault')
    const opening = decryptFile(vault, 'ansible-vault', wrong, 'w/coldkey')
    await expect(opening).rejects.toMatchObject({ code: 'unauthorised', where: 'w/coldkey' })
    await expect(opening).rejects.not.toHaveProperty('cause')
    const bent = Buffer.from(vault)
    bent[1500] = bent[1500] === 0x33 ? 0x34 : 0x33
    expect(await ansibleOpen(bent, password)).toBeUndefined()
    const token = fixture('coldkey.fernet')
    token[100] = token[100] === 65 ? 66 : 65
    expect(await fernetOpen(token, password)).toBeUndefined()
  })

  it('may be anything, and is then not opened', async () => {
    const rest = fc.oneof(
      fc.uint8Array(),
      fc.string().map((text) => Buffer.from(text)),
    )
    const holds = async (bytes: Uint8Array) => {
      expect(naclOpen(Buffer.concat([Buffer.from('$NACL'), bytes]), key)).toBeUndefined()
      const vault = Buffer.concat([Buffer.from('$ANSIBLE_VAULT;1.1;AES256\n'), bytes])
      expect(await ansibleOpen(vault, password)).toBeUndefined()
      const hex = Buffer.from(Buffer.from(vault).toString('hex'))
      expect(
        await ansibleOpen(Buffer.concat([Buffer.from('$ANSIBLE_VAULT;1.1;AES256\n'), hex]), password),
      ).toBeUndefined()
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => naclOpen(bytes, key) === undefined))
    await fc.assert(fc.asyncProperty(rest, holds), { numRuns: 30 })
    for (const text of ['gAAAAA', 'gAAAAA====', 'gAAAAAé'])
      expect(await fernetOpen(Buffer.from(text), password)).toBeUndefined()
  })

  it('opens again, whatever was in it and whatever the key', () => {
    const keys = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const holds = (bytes: Uint8Array, one: Uint8Array, other: Uint8Array) => {
      const sealed = naclSeal(bytes, one)
      expect(naclOpen(sealed, one)).toEqual(Buffer.from(bytes))
      if (!Buffer.from(one).equals(other)) expect(naclOpen(sealed, other)).toBeUndefined()
    }
    fc.assert(fc.property(fc.uint8Array(), keys, keys, holds), { numRuns: 50 })
  })
})

describe('argon2i', () => {
  it('is the same in WebAssembly, for a Node that has none', async () => {
    const parameters = { salt: Buffer.alloc(16, 5), passes: 8, memoryKiB: 1024, keyBytes: 32 }
    const ours = await wasmArgon2i(password, parameters)
    if ('argon2' in (await import('node:crypto'))) expect(await nativeArgon2i(password, parameters)).toEqual(ours)
    expect(ours.toString('hex')).toBe('ade6e8375a4abc81dc96718f27b6b9fccdd3e61de0e750342dfef731ec59a65e')
  })
})

import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeKeyFiles } from '../../src/signing/key-file.ts'
import { PrivateKey } from '../../src/signing/private-key.ts'
import { formatPublicKey } from '../../src/signing/public-key.ts'
import { checkSignature } from '../../src/signing/sshsig.ts'
import { temporaryFolder } from '../repo/support.ts'
import fc from '../support/properties.ts'
import { sshIsMissing, sshKeygen, sshKeygenAgrees } from './ssh.ts'

const missing = await sshIsMissing()
const key = PrivateKey.fromSeed(Buffer.alloc(32, 1))
const message = Buffer.from('a message\nof two lines\n')
const armor = key.sign(message)
const bytesOf = (text: string) => Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64')
const armorOf = (bytes: Uint8Array) =>
  `-----BEGIN SSH SIGNATURE-----\n${Buffer.from(bytes).toString('base64')}\n-----END SSH SIGNATURE-----\n`

describe('signatures', () => {
  it('are the same for the same key and message, and valid for nothing else', () => {
    expect(key.sign(message)).toBe(armor)
    expect(checkSignature(message, armor)).toEqual({ valid: true, key: key.publicKey })
    expect(checkSignature(Buffer.from('another'), armor)).toEqual({
      valid: false,
      why: expect.stringContaining('something else'),
    })
    expect(checkSignature(message, armor, 'file')).toEqual({ valid: false, why: expect.stringContaining('for "git"') })
  })

  it('are invalid, never a crash, with any byte changed, missing or added', () => {
    const bytes = bytesOf(armor)
    expect(checkSignature(message, armorOf(bytes)).valid).toBe(true)
    expect(checkSignature(message, armorOf(Buffer.concat([bytes, Buffer.from([0])]))).valid).toBe(false)
    for (let at = 0; at < bytes.length; at++) {
      expect(checkSignature(message, armorOf(bytes.subarray(0, at))).valid, `cut at ${at}`).toBe(false)
      for (const change of [1, 0x80, 0xff]) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ change
        expect(checkSignature(message, armorOf(changed)).valid, `${change} at ${at}`).toBe(false)
      }
    }
  })

  it('are invalid, never a crash, for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => armorOf(Buffer.from(text))),
        ),
        (text) => {
          expect(checkSignature(message, text).valid).toBe(false)
        },
      ),
    )
    const wrong = [
      armor.replace('BEGIN', 'BEGAN'),
      armor.replace(/\n-----END.*\n/, '\n'),
      `${armor}${armor}`,
      ` ${armor}`,
      armor.replace('U1NIU0lH', 'U1NIU0lI'),
      armor.replace(/A/, '*'),
      armorOf(Buffer.alloc(100_000)),
    ]
    for (const text of wrong) expect(checkSignature(message, text).valid, text.slice(0, 80)).toBe(false)
    expect(checkSignature(message, '-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n')).toEqual({
      valid: false,
      why: expect.stringContaining('PGP'),
    })
  })
})

describe.skipIf(missing)('signatures, beside ssh-keygen', () => {
  it('of ours are valid there', async () => {
    await using folder = await temporaryFolder()
    const [list, signature] = [join(folder.path, 'list'), join(folder.path, 'signature')]
    await writeFile(list, `me ${formatPublicKey(key.publicKey)}\n`)
    await writeFile(signature, armor)
    const args = ['-Y', 'verify', '-f', list, '-I', 'me', '-s', signature]
    expect(await sshKeygenAgrees(message, ...args, '-n', 'git')).toBe(true)
    expect(await sshKeygenAgrees(message, ...args, '-n', 'file')).toBe(false)
    expect(await sshKeygenAgrees(Buffer.from('another'), ...args, '-n', 'git')).toBe(false)
  })

  it('of its own are ours, byte by byte, and with sha256 valid as well', async () => {
    await using folder = await temporaryFolder()
    const [file, text] = [join(folder.path, 'key'), join(folder.path, 'text')]
    await writeKeyFiles(file, key, 'me')
    await writeFile(text, message)
    const sign = async (...more: string[]) => {
      await sshKeygen('-q', '-Y', 'sign', '-f', file, ...more, text)
      const made = await readFile(`${text}.sig`, 'utf8')
      await rm(`${text}.sig`)
      return made
    }
    expect(await sign('-n', 'git')).toBe(armor)
    expect(checkSignature(message, await sign('-n', 'git', '-O', 'hashalg=sha256'))).toEqual({
      valid: true,
      key: key.publicKey,
    })
    expect(checkSignature(message, await sign('-n', 'file')).valid).toBe(false)
    expect(checkSignature(message, await sign('-n', 'file'), 'file').valid).toBe(true)
  })

  it('with other types of keys are invalid, and it is said why', async () => {
    await using folder = await temporaryFolder()
    const [file, text] = [join(folder.path, 'key'), join(folder.path, 'text')]
    await sshKeygen('-q', '-t', 'ecdsa', '-N', '', '-f', file)
    await writeFile(text, message)
    await sshKeygen('-q', '-Y', 'sign', '-f', file, '-n', 'git', text)
    expect(checkSignature(message, await readFile(`${text}.sig`, 'utf8'))).toEqual({
      valid: false,
      why: expect.stringContaining('ecdsa-sha2-nistp256'),
    })
  })
})

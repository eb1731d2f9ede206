import { generateKeyPairSync } from 'node:crypto'
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../src/errors.ts'
import { readKeyFile, writeKeyFiles } from '../../src/signing/key-file.ts'
import { PrivateKey } from '../../src/signing/private-key.ts'
import { fingerprintOf, formatPublicKey, parsePublicKey } from '../../src/signing/public-key.ts'
import { Malformed } from '../../src/signing/wire.ts'
import { temporaryFolder } from '../repo/support.ts'
import fc from '../support/properties.ts'
import { sshIsMissing, sshKeygen } from './ssh.ts'

const missing = await sshIsMissing()
const key = PrivateKey.fromSeed(Buffer.alloc(32, 7))
const refusal = (text: string) => {
  try {
    PrivateKey.parse(text, 'the test')
  } catch (error) {
    return error as RoundkeeperError
  }
  throw new Error('it was read')
}

describe.skipIf(missing)('keys, beside ssh-keygen', () => {
  it('of ours are read by it, with any comment', async () => {
    await using folder = await temporaryFolder()
    for (const comment of ['', 'a', 'engine@mesh', 'Käse', 'x'.repeat(300)]) {
      const file = join(folder.path, `key-${comment.length}`)
      await writeKeyFiles(file, key, comment)
      expect(await sshKeygen('-y', '-f', file)).toBe(formatPublicKey(key.publicKey, comment))
      expect(await sshKeygen('-l', '-f', `${file}.pub`)).toContain(` ${fingerprintOf(key.publicKey)} `)
    }
  })

  it('of its own are read by us, and written again as the same key', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'stock')
    await sshKeygen('-q', '-t', 'ed25519', '-N', '', '-C', 'made by ssh-keygen', '-f', file)
    const read = await readKeyFile(file)
    expect(`${formatPublicKey(read.publicKey, 'made by ssh-keygen')}\n`).toBe(await readFile(`${file}.pub`, 'utf8'))
    await writeKeyFiles(join(folder.path, 'ours'), read, 'again')
    expect(await readFile(join(folder.path, 'ours.pub'), 'utf8')).toBe(`${formatPublicKey(read.publicKey, 'again')}\n`)
    expect(await sshKeygen('-y', '-f', join(folder.path, 'ours'))).toBe(formatPublicKey(read.publicKey, 'again'))
  })

  it.each([
    ['rsa', '', /of type "ssh-rsa".*only ssh-ed25519/],
    ['ecdsa', '', /of type "ecdsa-sha2-nistp256"/],
    ['ed25519', 'a passphrase', /locked with a passphrase/],
  ])('of type %s with passphrase "%s" are refused in words', async (type, passphrase, words) => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'key')
    await sshKeygen('-q', '-t', type, '-N', passphrase, '-f', file)
    await expect(readKeyFile(file)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(words),
      where: file,
    })
  })
})

describe('private keys', () => {
  it('are the same text for the same seed, and read back from it', () => {
    const text = key.toOpenSsh('me')
    expect(PrivateKey.fromSeed(Buffer.alloc(32, 7)).toOpenSsh('me')).toBe(text)
    expect(PrivateKey.parse(text, '').publicKey).toEqual(key.publicKey)
    expect(PrivateKey.parse(text.replaceAll('\n', '\r\n'), '').publicKey).toEqual(key.publicKey)
    expect(PrivateKey.parse(`\n${text.trimEnd()}`, '').publicKey).toEqual(key.publicKey)
  })

  it('come in PKCS #8 too, unless locked or of another type', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const x = privateKey.export({ format: 'jwk' }).x ?? ''
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    expect(PrivateKey.parse(pem, '').publicKey.raw.toString('base64url')).toBe(x)
    const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }) as string
    expect(refusal(locked).message).toMatch(/locked with a passphrase/)
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    expect(refusal(other.export({ type: 'pkcs8', format: 'pem' }) as string).message).toMatch(
      /type ec, and only ed25519/,
    )
    expect(refusal(other.export({ type: 'sec1', format: 'pem' }) as string).message).toMatch(
      /another kind \(EC PRIVATE KEY\)/,
    )
  })

  it('are told from public keys and from anything else', () => {
    expect(refusal(formatPublicKey(key.publicKey)).message).toMatch(/is a public key/)
    expect(refusal('').message).toMatch(/no header of a key/)
    expect(refusal('x'.repeat(100_000)).message).toMatch(/too long/)
    expect(refusal('nothing')).toMatchObject({
      code: 'usage',
      where: 'the test',
      hint: expect.stringContaining('keygen'),
    })
  })

  it('are refused, never crashed upon, wherever a byte is changed or the end is missing', () => {
    const text = key.toOpenSsh('me')
    const bytes = Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64')
    const framed = (body: Buffer) =>
      `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
    expect(PrivateKey.parse(framed(bytes), '').publicKey).toEqual(key.publicKey)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        expect(refusal(framed(bytes.subarray(0, at)))).toBeInstanceOf(RoundkeeperError)
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ change
        try {
          // Only the comment says nothing about the key.
          expect(PrivateKey.parse(framed(changed), '').publicKey).toEqual(key.publicKey)
        } catch (error) {
          if (!(error instanceof RoundkeeperError)) throw error
        }
      }),
      { numRuns: 500 },
    )
  })

  it('are shown by nothing: no log, no JSON, no error', () => {
    const secret = Buffer.alloc(32, 7)
    const damaged = key.toOpenSsh('me').replace('OPENSSH PRIVATE KEY-----\nb3', 'OPENSSH PRIVATE KEY-----\nc3')
    const error = refusal(damaged)
    const shown = [
      inspect(key, { depth: 9, showHidden: true }),
      JSON.stringify(key),
      inspect(error, { depth: 9 }),
      error.stack,
    ]
    for (const text of shown) {
      for (const form of ['hex', 'base64', 'base64url'] as const)
        expect(text).not.toContain(secret.toString(form).slice(0, 12))
      expect(text).not.toContain(damaged.split('\n')[2])
    }
  })
})

describe('key files', () => {
  it('are for the owner alone and are never written over', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'new', 'key')
    await writeKeyFiles(file, key, 'me')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder.path, 'new'))).mode & 0o777).toBe(0o700)
    const before = await readFile(file, 'utf8')
    await expect(writeKeyFiles(file, PrivateKey.generate(), 'other')).rejects.toMatchObject({
      code: 'usage',
      where: file,
    })
    await writeFile(join(folder.path, 'lonely.pub'), 'somebody else')
    await expect(writeKeyFiles(join(folder.path, 'lonely'), key, 'me')).rejects.toMatchObject({ code: 'usage' })
    await expect(stat(join(folder.path, 'lonely'))).rejects.toThrow('ENOENT')
    expect(await readFile(file, 'utf8')).toBe(before)
    expect(await readFile(join(folder.path, 'lonely.pub'), 'utf8')).toBe('somebody else')
  })

  it.skipIf(process.platform === 'win32')('that others can read are refused, as by ssh', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'key')
    await writeKeyFiles(file, key, 'me')
    for (const mode of [0o640, 0o604, 0o660]) {
      await chmod(file, mode)
      await expect(readKeyFile(file)).rejects.toMatchObject({
        code: 'usage',
        where: file,
        hint: expect.stringContaining(`chmod 600 ${file}`),
      })
    }
    await chmod(file, 0o400)
    expect((await readKeyFile(file)).publicKey).toEqual(key.publicKey)
    await expect(readKeyFile(join(folder.path, 'none'))).rejects.toMatchObject({
      code: 'usage',
      where: join(folder.path, 'none'),
    })
  })
})

describe('public keys', () => {
  it('read what they write, whatever the comment', () => {
    expect(parsePublicKey(formatPublicKey(key.publicKey, 'me and you'))).toEqual(key.publicKey)
    expect(parsePublicKey(`  ${formatPublicKey(key.publicKey)}\t`)).toEqual(key.publicKey)
  })

  it('are malformed when they are anything else', () => {
    const { blob } = key.publicKey
    const wrong = [
      '',
      'ssh-ed25519',
      'ssh-ed25519 ???',
      `ssh-rsa ${blob}`,
      `ssh-ed25519 ${blob.slice(0, -4)}`,
      `ssh-ed25519 ${blob}AAAA`,
    ]
    for (const text of wrong) expect(() => parsePublicKey(text), text).toThrow(Malformed)
  })
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AllowedSigners } from '../../src/signing/allowed-signers.ts'
import { matchesList } from '../../src/signing/patterns.ts'
import { PrivateKey } from '../../src/signing/private-key.ts'
import { formatPublicKey } from '../../src/signing/public-key.ts'
import { temporaryFolder } from '../repo/support.ts'
import fc from '../support/properties.ts'
import { sshIsMissing, sshKeygen, sshKeygenAgrees } from './ssh.ts'

const missing = await sshIsMissing()
const key = PrivateKey.fromSeed(Buffer.alloc(32, 1))
const other = PrivateKey.fromSeed(Buffer.alloc(32, 2))
const text = formatPublicKey(key.publicKey)
const seconds = (time: string) => Date.parse(time) / 1000
const NOON = seconds('2026-06-01T12:00:00Z')
const standing = (list: string, at = NOON) => new AllowedSigners(list).standingOf(key.publicKey, at)
const problems = (list: string) => new AllowedSigners(list).problems.map(({ line, problem }) => `${line} ${problem}`)

describe('a list of allowed signers', () => {
  it('says whom a key signs for', () => {
    const { signer, kind } = standing(`# the keys\n\n  a@x,b@x ${text} comment\nc@x ${text}\n`) as never as {
      kind: string
      signer: { name: string; is(who: string): boolean }
    }
    expect(kind).toBe('trusted')
    expect(signer.name).toBe('a@x,b@x or c@x')
    expect(['a@x', 'b@x', 'c@x', 'd@x', 'A@x', 'a@x,b@x'].map(signer.is)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ])
    expect(standing(`a@x ${formatPublicKey(other.publicKey)}`).kind).toBe('unknown')
    expect(standing('').kind).toBe('unknown')
  })

  it.each([
    ['a namespaces="git"', 'trusted'],
    ['a namespaces="file,git"', 'trusted'],
    ['a NameSpaces="g*"', 'trusted'],
    ['a namespaces="file"', 'other-purpose'],
    ['a namespaces="*,!git"', 'other-purpose'],
    ['a ,namespaces="*,!git"', 'other-purpose'],
    ['"a b" namespaces="git"', 'trusted'],
    ['a valid-after="20260601"', 'trusted'],
    ['a valid-after="20260601120000Z"', 'trusted'],
    ['a valid-after="20260601120001Z"', 'not-yet'],
    ['a valid-before="20260601120000Z"', 'trusted'],
    ['a valid-before="202606011159Z"', 'expired'],
    ['a valid-before="20260601Z",namespaces="git"', 'expired'],
    ['a valid-after="20260101",valid-before="20270101"', 'trusted'],
    // As git asks: whose key is it? The first one's, who may not; so that the second line does not help.
    [`a namespaces="file" ${text}\nb`, 'other-purpose'],
    [`a valid-before="20200101" ${text}\nb`, 'trusted'],
  ])('%s: %s', (start, kind) => {
    expect(standing(`${start} ${text}`).kind).toBe(kind)
    expect(problems(`${start} ${text}`)).toEqual([])
  })

  it.each([
    ['a cert-authority', /certificate authorities are not supported/],
    ['a CERT-AUTHORITY,namespaces="git"', /certificate authorities are not supported/],
    ['a restrict', /"restrict" is not an option that is known/],
    ['a namespaces=git', /not an option/],
    ['a namespaces', /needs a value/],
    ['a namespaces="git",', /not an option/],
    ['a namespaces="git",namespaces="git"', /there twice/],
    ['a namespaces="git', /a quote is not closed/],
    ['a valid-after="tomorrow"', /is not a time/],
    ['a valid-after="20261301"', /is not a time/],
    ['a valid-after="2026010"', /is not a time/],
    ['a valid-after="20260102",valid-before="20260101"', /not later/],
    ['"a', /does not begin with whom/],
    ['a\0b', /NUL/],
  ])('%s: a line that counts for nothing', (start, words) => {
    expect(standing(`${start} ${text}`).kind).toBe('unknown')
    expect(problems(`fine ${formatPublicKey(other.publicKey)}\n${start} ${text}`)).toEqual([
      expect.stringMatching(words),
    ])
  })

  it.each([
    ['a', /names no key/],
    ['a ssh-ed25519', /not a public key|not an option/],
    ['a ssh-ed25519 AAAA', /cut short/],
    ['a ssh-rsa AAAAB3NzaC1yc2E=', /"ssh-rsa"/],
    ['a sk-ssh-ed25519@openssh.com AAAA', /"sk-ssh-ed25519@openssh.com"/],
  ])('%s: no key of ours', (line, words) => {
    expect(problems(line)).toEqual([expect.stringMatching(words)])
  })

  it('is read, never crashed upon, whatever it holds', () => {
    const piece = fc.constantFrom(
      text,
      'a',
      ' ',
      '"',
      '\\"',
      ',',
      '\n',
      '\t',
      '#',
      'namespaces=',
      'valid-after=',
      '20260101',
      '\r',
      '!',
      '*',
    )
    const list = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    )
    fc.assert(fc.property(list, (found) => void standing(found)))
  })

  it('takes no time to speak of for hostile quotes and patterns', () => {
    expect(problems(`a ${'x'.repeat(9000)}`)).toEqual([expect.stringMatching(/too long/)])
    expect(problems(`a ${'\\"'.repeat(4000)}`)).toHaveLength(1)
    expect(problems(`a ${'"\\"'.repeat(2000)}`)).toHaveLength(1)
    expect(problems(`a ${'\\"'.repeat(2000)}"x ${text}`)).toHaveLength(1)
    expect(matchesList('a'.repeat(4000), '*a'.repeat(400))).toBe(true)
    expect(matchesList('a'.repeat(4000), `${'*a'.repeat(400)}b`)).toBe(false)
    expect(matchesList('a'.repeat(4000), 'a'.repeat(1024))).toBe(false)
  })
})

describe.skipIf(missing)('a list, as ssh-keygen reads it', () => {
  it('says the same of a key and a moment', async () => {
    await using folder = await temporaryFolder()
    const [list, signature] = [join(folder.path, 'list'), join(folder.path, 'signature')]
    const message = Buffer.from('a message')
    await writeFile(signature, key.sign(message))
    /** What git does: finds the principals, then asks for each whether the signature is good. */
    const stock = async (content: string, at: string) => {
      await writeFile(list, content)
      const time = ['-O', `verify-time=${at}`]
      const found = await sshKeygen('-Y', 'find-principals', '-f', list, '-s', signature, ...time).catch(() => '')
      for (const principal of found.split('\n').filter((each) => each !== '')) {
        const args = ['-Y', 'verify', '-n', 'git', '-f', list, '-I', principal, '-s', signature, ...time]
        if (await sshKeygenAgrees(message, ...args)) return true
      }
      return false
    }
    const who = fc.constantFrom('a', 'a,b', '*', '*@x', '!a,b', '"a b"', 'a@x,!b@x', '?', '!*,a')
    const time = fc.constantFrom('20250101Z', '20260601Z', '202606011200Z', '20260601120001Z', '20270101Z', 'never')
    const option = fc.oneof(
      fc.constantFrom(
        'namespaces="git"',
        'namespaces="file"',
        'namespaces="*,!git"',
        'namespaces="g?t"',
        'NAMESPACES="git"',
      ),
      time.map((at) => `valid-after="${at}"`),
      time.map((at) => `valid-before="${at}"`),
      fc.constantFrom('cert-authority', 'unknown', 'namespaces="git', ''),
    )
    const keyed = fc.constantFrom(
      text,
      `${text} a comment`,
      formatPublicKey(other.publicKey),
      'ssh-ed25519 AAAA',
      text.replace(' ', '\t'),
    )
    const line = fc
      .tuple(who, fc.array(option, { maxLength: 2 }), keyed)
      .map(([names, options, public_]) => `${names} ${options.length > 0 ? `${options.join(',')} ` : ''}${public_}`)
    const content = fc.array(fc.oneof({ weight: 8, arbitrary: line }, fc.constantFrom('', '# a', ' \t', 'a', 'a b')), {
      minLength: 1,
      maxLength: 3,
    })
    await fc.assert(
      fc.asyncProperty(content, async (lines) => {
        const whole = lines.join('\n')
        const ours = standing(whole).kind === 'trusted'
        expect(ours, whole).toBe(await stock(whole, '20260601120000Z'))
      }),
      { numRuns: 150 },
    )
  })
})

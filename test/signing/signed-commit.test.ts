import { describe, expect, it } from 'vitest'
import { PrivateKey } from '../../src/signing/private-key.ts'
import { joinSigned, splitSigned } from '../../src/signing/signed-commit.ts'
import { checkSignature } from '../../src/signing/sshsig.ts'
import fc from '../support/properties.ts'

const key = PrivateKey.fromSeed(Buffer.alloc(32, 1))
const commit = (...headers: string[]) =>
  Buffer.from(
    [
      'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904',
      'author A <a@x> 1767323045 +0000',
      'committer A <a@x> 1767323045 +0000',
      ...headers,
      '',
      'A message',
      '',
      'gpgsig is a word here',
      ' and so is this',
      '',
    ].join('\n'),
  )
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

describe('a signed commit', () => {
  it('is its payload again, byte by byte, and its signature, without the header', () => {
    for (const payload of [
      commit(),
      commit('encoding ISO-8859-1'),
      commit('mergetag object 1', ' type commit', ' gpgsig x'),
    ]) {
      const armor = key.sign(payload)
      const split = splitSigned(joinSigned(payload, armor))
      expect(text(split.payload)).toBe(text(payload))
      expect(split).toMatchObject({ signature: armor, signatures: 1 })
      expect(checkSignature(split.payload, split.signature ?? '').valid).toBe(true)
    }
  })

  it('keeps other headers, and loses signatures for other hashes', () => {
    const signed = commit('gpgsig one', ' two', 'x-header 1', ' 2', 'gpgsig-sha256 three', ' four', 'y-header 3')
    expect(text(splitSigned(signed).payload)).toBe(text(commit('x-header 1', ' 2', 'y-header 3')))
    expect(splitSigned(signed)).toMatchObject({ signature: 'one\ntwo\n', signatures: 1 })
  })

  it('has no signature when only its message speaks of one', () => {
    expect(splitSigned(commit())).toMatchObject({ signature: undefined, signatures: 0 })
  })

  it('tells how many signatures there are', () => {
    expect(splitSigned(commit('gpgsig one', 'gpgsig two')).signatures).toBe(2)
    expect(splitSigned(commit('gpgsig one', 'x-header 1', 'gpgsig two', ' three')).signatures).toBe(2)
  })

  it('is taken apart without a crash, whatever it is', () => {
    const lines = fc
      .array(fc.constantFrom('gpgsig x', ' y', '', 'gpgsig', 'gpgsig-sha256 z', 'tree 1'))
      .map((all) => all.join('\n'))
    fc.assert(
      fc.property(fc.oneof(lines, fc.string({ unit: 'binary' })), (found) => {
        const { payload, signatures } = splitSigned(Buffer.from(found))
        if (signatures === 0 && !/^gpgsig/m.test(found)) expect(text(payload)).toBe(text(Buffer.from(found)))
      }),
    )
  })
})

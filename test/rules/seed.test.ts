import { describe, expect, it } from 'vitest'
import { digestOf, sha256Hex } from '../../src/rules/digest.ts'
import { deriveSeed, legacySeed, randomnessOf, type SeedInput, seedRecord } from '../../src/rules/seed.ts'
import type { Config } from '../../src/state/config.ts'
import type { Schedule } from '../../src/state/schedule.ts'
import fc from '../support/properties.ts'

const input: SeedInput = {
  competition: 'mesh',
  round: 3,
  source: { kind: 'block', block: 7 },
  value: '0xABcdef0123456789',
  submissionsDigest: 'sha256:00',
}

describe('digests', () => {
  it('are SHA-256 of the UTF-8 bytes', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(digestOf('é')).toBe(digestOf(new Uint8Array([0xc3, 0xa9])))
    expect(digestOf('')).toMatch(/^sha256:e3b0c442/)
  })
})

describe('deriveSeed', () => {
  // Recomputed with hashlib and json in Python.
  it('follows the documented formula', () => {
    expect(deriveSeed(input)).toBe(305081765)
    expect(deriveSeed({ ...input, source: { kind: 'drand', chain: 'quicknet', round: 7 } })).toBe(3551487319)
  })

  it('reads the value the same with and without 0x and in either case', () => {
    expect(deriveSeed({ ...input, value: 'abcdef0123456789' })).toBe(deriveSeed(input))
  })

  it('depends on every input', () => {
    const variants: Partial<SeedInput>[] = [
      { competition: 'mesh2' },
      { round: 4 },
      { source: { kind: 'block', block: 8 } },
      { value: 'abcdef0123456788' },
      { submissionsDigest: 'sha256:01' },
    ]
    const seeds = variants.map((variant) => deriveSeed({ ...input, ...variant }))
    expect(new Set([deriveSeed(input), ...seeds]).size).toBe(variants.length + 1)
  })

  it('is a 32-bit unsigned integer for any competition name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (competition, round) => {
        const seed = deriveSeed({ ...input, competition, round })
        expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true)
      }),
    )
  })

  it.each(['', '0x', 'abc', 'not a hash at all', `${'ab'.repeat(32)}zz`])('refuses %j as a public value', (value) => {
    expect(() => deriveSeed({ ...input, value })).toThrow(/not a public random value/)
    expect(() => legacySeed(value)).toThrow(/not a public random value/)
  })
})

describe('legacySeed', () => {
  it('is the first four bytes, big-endian', () => {
    expect(legacySeed('0xff00000100000000')).toBe(0xff000001)
    expect(legacySeed('00000001ff')).toBe(1)
  })
})

describe('randomnessOf', () => {
  const blocks = { earliest_reveal_block: 1, latest_reveal_block: 9, generation_deadline_block: 20 }
  it('is what the schedule names, else the closing block', () => {
    expect(randomnessOf(blocks)).toEqual({ kind: 'block', block: 9 })
    const drand = { kind: 'drand', chain: 'quicknet', round: 5 } as const
    expect(randomnessOf({ ...blocks, randomness: drand })).toEqual(drand)
  })
})

describe('seedRecord', () => {
  const schedule: Schedule = {
    earliest_reveal_block: 1,
    latest_reveal_block: 1000,
    generation_deadline_block: 1300,
    randomness: { kind: 'block', block: 1002 },
  }
  const config = { name: 'tiny', generation_stage_minutes: 60 } as Config
  const published = (publishedAtBlock: number) =>
    seedRecord({
      config,
      round: 0,
      schedule,
      value: { value: 'ab'.repeat(32) },
      submissionsDigest: 'sha256:00',
      publishedAtBlock,
    })

  it('leaves the deadline alone while a quarter of the stage has not passed', () => {
    expect(published(1075)).not.toHaveProperty('deadline_block')
    expect(published(1076)).toMatchObject({ published_at_block: 1076, deadline_block: 1376 })
  })

  it('keeps the signature that proves a drand round, last', () => {
    const value = { value: 'ab'.repeat(32), signature: 'cd'.repeat(48) }
    const drand: Schedule = { ...schedule, randomness: { kind: 'drand', chain: 'quicknet', round: 7 } }
    const record = seedRecord({
      config,
      round: 0,
      schedule: drand,
      value,
      submissionsDigest: '',
      publishedAtBlock: 1100,
    })
    expect(Object.entries(record).at(-1)).toEqual(['signature', value.signature])
  })

  it('says nothing new for a schedule that names no randomness', () => {
    const { randomness: _, ...legacy } = schedule
    const record = seedRecord({
      config,
      round: 0,
      schedule: legacy,
      value: { value: '00000007'.repeat(8) },
      submissionsDigest: '',
      publishedAtBlock: 9999,
    })
    expect(record).toEqual({ seed: 7, randomness: { kind: 'block', block: 1000 }, value: '00000007'.repeat(8) })
  })
})

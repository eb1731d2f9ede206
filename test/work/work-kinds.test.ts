import { describe, expect, it } from 'vitest'
import { evidenceOf, KINDS, kindsOf } from '../../src/cli/work-kinds.ts'
import { evidenceKinds } from '../../src/formats/generation-3d/evidence-kinds.ts'
import { settingsOf } from '../../src/formats/generation-3d/settings.ts'
import { testConfig } from '../support/competition.ts'

describe('kinds of work', () => {
  it('leave all the evidence that a format lets in, each its own', () => {
    const known = Object.keys(evidenceKinds(settingsOf(testConfig()))).sort()
    expect([...evidenceOf(KINDS)].sort()).toEqual(known)
    expect(KINDS.flatMap((kind) => [...evidenceOf([kind])]).sort()).toEqual(known)
  })

  it('are named with commas between them, and no others', () => {
    expect(kindsOf('duel, preview')).toEqual(['duel', 'preview'])
    for (const text of ['', 'duels', 'duel,', 'generation']) expect(() => kindsOf(text)).toThrow()
  })
})

describe('evidence that others hand in', () => {
  const prompts = [{ stem: 'p1' }, { stem: 'p2', void: 'a bad picture' }]
  const kinds = evidenceKinds(settingsOf(testConfig()), 900, 910, prompts)
  const isIn = (kind: string, result: unknown, inputs: unknown = {}) => {
    try {
      return kinds[kind]?.(inputs, result) !== undefined
    } catch {
      return false
    }
  }
  const sight = { there: 'no', asks: 1, status: 404, failure: 'http_status: HTTP 404' }
  const deadline = (files: object) => ({ asked_at_block: 901, files })

  it('is about the prompts that count, and no other', () => {
    expect(isIn('deadline', deadline({ p1: sight }))).toBe(true)
    expect(isIn('deadline', deadline({ p1: sight, p2: sight }))).toBe(true)
    for (const files of [{}, { p2: sight }, { p1: sight, 0: sight }])
      expect(isIn('deadline', deadline(files))).toBe(false)
  })

  it('holds nothing that its reader would not see, or would see as something else', () => {
    expect(isIn('deadline', deadline({ p1: { ...sight, asks: '1' } }))).toBe(false)
    expect(isIn('deadline', deadline({ p1: { ...sight, asks: true } }))).toBe(false)
    const failed = '{"failure":"timeout: x","code":"timeout","attempts":1}'
    expect(isIn('downloads', JSON.parse(`{"p1":${failed}}`), { files: { p1: '' } })).toBe(true)
    expect(isIn('downloads', JSON.parse(`{"p1":${failed},"__proto__":null}`), { files: { p1: '' } })).toBe(false)
  })

  it('measures what can be summed up', () => {
    expect(isIn('distance', { distance: 0.25 })).toBe(true)
    expect(isIn('distance', { distance: 1e308 })).toBe(false)
    expect(isIn('generation', { pod: 'a', seconds: 1e308 })).toBe(false)
  })

  it('names pods by what can be a key of a record', () => {
    expect(isIn('generation', { pod: 'a-1', seconds: 1 })).toBe(true)
    for (const pod of ['', '7', '__proto__']) expect(isIn('generation', { pod, seconds: 1 })).toBe(false)
  })
})

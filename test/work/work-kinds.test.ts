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

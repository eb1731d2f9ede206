import { describe, expect, it } from 'vitest'
import { digestOf, sha256Hex } from '../../src/rules/digest.ts'
import { evidenceOf } from '../../src/rules/evidence.ts'

const [a, b, c] = ['a', 'b', 'c'].map(sha256Hex) as [string, string, string]
const evidence = (files: Record<string, string | null>, before: Record<string, string> = {}) =>
  evidenceOf(new Map(Object.entries(files)), async (path) => before[path])

describe('the evidence of a commit', () => {
  it('is one digest over the digests that its files name, in whatever order and form', async () => {
    const expected = digestOf([a, b, c].sort().join('\n'))
    expect(await evidence({ x: `{"glb_sha256": "${b}", "hash": "0x${a}"}`, y: `sha256:${c} ${a}` })).toBe(expected)
    expect(await evidence({ y: c, x: `${a} ${b}` })).toBe(expected)
  })

  it('leaves out what was named before, also in a file that only moved', async () => {
    expect(await evidence({ x: `${a}\n${b}` }, { x: a })).toBe(digestOf(b))
    expect(await evidence({ old: null, new: a }, { old: a })).toBeUndefined()
  })

  it('is nothing where no digest is named', async () => {
    expect(await evidence({ x: `${a}0`, y: a.slice(1), z: a.toUpperCase() })).toBeUndefined()
    expect(await evidence({ x: null }, { x: a })).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { digestOf, sha256Hex } from '../../src/rules/digest.ts'
import { evidenceOf, newEvidence } from '../../src/rules/evidence.ts'
import fc from '../support/properties.ts'

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

  it('sorts digests that begin alike, too', async () => {
    const alike = ['f', '0', '7'].map((end) => a.slice(0, 63) + end)
    for (const others of [[], [b, c]]) {
      const text = [...alike, ...others].join(' ')
      expect(await evidence({ x: text })).toBe(digestOf([...alike, ...others].sort().join('\n')))
    }
    const many = Array.from({ length: 300 }, (_, i) => sha256Hex(String(i)))
    expect(await evidence({ x: many.join() })).toBe(digestOf(many.toSorted().join('\n')))
  })

  it('is what it says, however digests resemble each other', async () => {
    const digest = fc
      .tuple(fc.constantFrom('0', 'a', 'f'), fc.constantFrom('0', 'b'), fc.constantFrom('0', '1', 'e'))
      .map(([first, middle, last]) => `${first}${middle.repeat(62)}${last}`)
    const text = fc.array(digest, { maxLength: 8 }).map((digests) => digests.join(' '))
    await fc.assert(
      fc.asyncProperty(text, text, text, async (x, y, old) => {
        const known = new Set(old.split(' '))
        const fresh = [...new Set(`${x} ${y}`.split(' '))].filter((each) => each !== '' && !known.has(each)).sort()
        expect(await evidence({ x, y }, { y: old })).toBe(fresh.length === 0 ? undefined : digestOf(fresh.join('\n')))
      }),
    )
  })

  it('is nothing where no digest is named', async () => {
    expect(await evidence({ x: `${a}0`, y: a.slice(1), z: a.toUpperCase() })).toBeUndefined()
    expect(await evidence({ x: null }, { x: a })).toBeUndefined()
  })
})

describe('the digests of a text', () => {
  it('are all runs of exactly 64 lower-case hex digits, wherever they lie', () => {
    const run = fc
      .tuple(
        fc.constantFrom(1, 2, 31, 62, 63, 64, 65, 66, 127, 128, 129, 200),
        fc.constantFrom('a', '0', 'f', '9', 'c3'),
      )
      .map(([length, digits]) => digits.repeat(length).slice(0, length))
    const text = fc
      .array(fc.oneof(run, fc.constantFrom('', ' ', '/', 'g', 'A', 'x', 'é', '\n', '`', ':')))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (each) => {
        const digests = [...new Set(each.match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g))].sort()
        expect(newEvidence([each], [])).toBe(digests.length === 0 ? undefined : digestOf(digests.join('\n')))
      }),
      { numRuns: 2000 },
    )
  })
})

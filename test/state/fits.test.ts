import { describe, expect, it } from 'vitest'
import { files } from '../../src/state/files.ts'
import { fitsFor } from '../../src/state/fits.ts'
import type { AnyStateFile } from '../../src/state/state-file.ts'
import fc from '../support/properties.ts'
import { arbitraryOf } from './arbitraries.ts'
import { samples } from './samples.ts'

/** A byte order mark is only read the long way. */
const LONG_WAY = '\uFEFF'

function read(file: AnyStateFile, text: string) {
  const { value, error } = attempt(() => file.parse(text, 'a path'))
  if (error !== undefined) expect(file.readWritten(Buffer.from(text), text)).toBe(undefined)
  if (error !== undefined) return { error: error.replace(/line \d+, column \d+/, 'somewhere') }
  const again = attempt(() => file.serialise(value)).value
  expect(file.isWritten(text, value)).toBe(again === text)
  const written = file.readWritten(Buffer.from(text), text)
  if (written !== undefined) expect([again, written]).toStrictEqual([text, value])
  return { value, again }
}

function attempt<T>(act: () => T): { value?: T; error?: string } {
  try {
    return { value: act() }
  } catch (error) {
    return { error: (error as Error).message }
  }
}

/** What people and other programs do to a text: numbers in other forms, keys moved or repeated, things left out. */
const touches: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replace(/\n */g, ''),
  (text) => text.replace(/\d+\.\d+/, '-0.0'),
  (text) => text.replace(/: \d+/, ': 1e2'),
  (text) => text.replace(/: \d+/, ': 3.0'),
  (text) => text.replace(/: \d+/, ': 12345678901234567890'),
  (text) => text.replace(/: \d+/, ': "7"'),
  (text) => text.replace(/: \d+/, ': true'),
  (text) => text.replace(/: "[^"]*"/, ': null'),
  (text) => text.replace(/"(\w+)": [^{[\n]*,\n/, ''),
  (text) => text.replace(/( *"\w+": [^{[\n]*),\n( *"\w+": [^{[\n]*)(,?)\n/, '$2,\n$1$3\n'),
  (text) => text.replace(/( *"\w+": [^{[\n]*,\n)/, '$1$1'),
  (text) => text.replace('{', '{"__proto__": 1,'),
  (text) => text.replace('{', '{"more": 1.0,'),
  (text) => text.replace(/"\w+":/, '"17":'),
]

describe.each(Object.entries(files))('%s', (_, file: AnyStateFile) => {
  it('is the same by the short way and by the long', () => {
    fc.assert(
      fc.property(arbitraryOf(file), fc.nat(), fc.nat(), (value, first, second) => {
        let text = file.serialise(value)
        for (const at of [first, second]) text = touches[at % touches.length]?.(text) ?? text
        expect(read(file, text)).toStrictEqual(read(file, LONG_WAY + text))
      }),
      { numRuns: 150 },
    )
  })
})

describe('the shortest way', () => {
  it.each(['submitted', 'duels', 'builds', 'generationAudits', 'winner', 'leader'] as const)('takes %s', (name) => {
    const file: AnyStateFile = files[name]
    const { path, text } = samples[name]
    expect(file.readWritten(Buffer.from(text), text)).toStrictEqual(file.parse(text, path))
  })
})

describe('the short way', () => {
  it.each(['duels', 'submitted', 'generated', 'builds', 'winner', 'schedule', 'leader'] as const)(
    'takes %s',
    (name) => {
      expect(fitsFor(files[name].schema)(JSON.parse(samples[name].text))).toBe(true)
    },
  )

  it('leaves everything else to the long way', () => {
    const fits = fitsFor(files.winner.schema)
    const winner = JSON.parse(samples.winner.text)
    for (const other of [
      undefined,
      null,
      [],
      'x',
      {},
      { ...winner, more: 1 },
      Object.fromEntries(Object.entries(winner).reverse()),
    ])
      expect(fits(other)).toBe(false)
  })
})

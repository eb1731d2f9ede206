/** What miners may put on a chain to harm others: texts and names of every kind, and honest entries beside them. */

import type { Reveal } from '../../src/chain/chain.ts'
import { hotkeyOf } from './competition.ts'
import fc from './properties.ts'

export const commitOf = (who: number) => String(who).padStart(40, 'a')

/** The hash, and a block later where the code is. */
export function honestEntry(who: number, block: number): Reveal[] {
  const hotkey = hotkeyOf(`honest${who}`)
  return [
    { hotkey, block, text: `{"commit": "${commitOf(who)}"}` },
    { hotkey, block: block + 1, text: `{"repo": "honest/r${who}", "cdn_url": "https://honest${who}.test/x"}` },
  ]
}

const strange = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  // Bytes that are no UTF-8, as a lenient reader of the chain hands them on.
  fc.uint8Array({ maxLength: 300 }).map((bytes) => new TextDecoder().decode(bytes)),
  fc.array(fc.integer({ min: 0xd800, max: 0xdfff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  fc.array(fc.integer({ min: 0, max: 31 }), { maxLength: 200 }).map((units) => String.fromCharCode(...units)),
)
const names = fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'toJSON')
const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>('evil/code', commitOf(1), commitOf(2), 'https://evil.test/', 'a//b'),
  },
  strange,
  names,
  fc.jsonValue() as fc.Arbitrary<unknown>,
)
const field = fc.oneof(fc.constantFrom('repo', 'commit', 'cdn_url'), names, fc.string({ maxLength: 20 }))
const object = fc
  .array(fc.tuple(field, value), { maxLength: 6 })
  .map((list) => `{${list.map(([name, held]) => `${JSON.stringify(name)}: ${JSON.stringify(held)}`).join(', ')}}`)
const huge = fc.constantFrom('[', '{"a":', '"', '9', '\u0000', '\ud800', 'é', '{"repo": "a/b"}', "'")

export const poisonText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: object },
  { weight: 2, arbitrary: strange },
  { weight: 2, arbitrary: fc.json() },
  fc.constantFrom('1', 'null', 'true', '-0', '1e999', '""', '[]', '{}', '["repo"]', '"repo"', 'NaN', '\ufeff{}', ' '),
  fc.constantFrom(commitOf(1), commitOf(2)).map((commit) => `{"commit": "${commit}"}`),
  fc.constant('{"repo": "evil/code", "cdn_url": "https://evil.test/"}'),
  { weight: 1, arbitrary: huge.map((part) => part.repeat(100_000)) },
)

/** None of these is an honest one, nor begins like one. */
export const poisonHotkey: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 20 }).map((n) => hotkeyOf(`evil${n}`)) },
  names,
  fc.constantFrom('', '1', '007', '4294967294', 'leader', '..', 'a/b', '5 ', '\ud800', 'x'.repeat(100_000)),
  strange,
)

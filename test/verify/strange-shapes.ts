/** Files as other versions, other programs and people with editors write them: for tests that nothing of it is a crash. */

import type { Content, Planned } from '../support/memory-history.ts'
import fc from '../support/properties.ts'

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    0,
    -1,
    1.5,
    1e21,
    '3',
    'leader',
    [],
    {},
    [[]],
    { a: { b: [] } },
    'x'.repeat(999),
  ),
  fc.jsonValue({ maxDepth: 3 }),
)
const field = fc.constantFrom(
  'js',
  'views',
  'verdict',
  'hotkey',
  'stage',
  'round',
  '7',
  '',
  '__proto__',
  'constructor',
  'toString',
)

type Edit = (value: unknown) => unknown

/** Goes down a few keys, as far as there are any, and edits there. */
function editAt(value: unknown, way: readonly number[], edit: Edit): unknown {
  const [step, ...rest] = way
  if (step === undefined || typeof value !== 'object' || value === null) return edit(value)
  const keys = Object.keys(value)
  if (keys.length === 0) return edit(value)
  const key = keys[step % keys.length] as string
  const inner = editAt(Reflect.get(value, key), rest, edit)
  if (Array.isArray(value)) return value.with(Number(key), inner)
  return Object.fromEntries(Object.entries(value).map(([name, old]) => [name, name === key ? inner : old]))
}

const keysOf = (value: unknown) => (typeof value === 'object' && value !== null ? Object.entries(value) : [])

const edit: fc.Arbitrary<Edit> = fc.oneof(
  odd.map(
    (other): Edit =>
      () =>
        other,
  ),
  fc.nat(50).map(
    (at): Edit =>
      (value) =>
        without(value, at),
  ),
  fc.tuple(fc.nat(50), field).map(
    ([at, name]): Edit =>
      (value) =>
        renamed(value, at, name),
  ),
  fc.tuple(field, odd).map(
    ([name, other]): Edit =>
      (value) =>
        Array.isArray(value) ? [...value, other] : Object.fromEntries([...keysOf(value), [name, other]]),
  ),
)

function without(value: unknown, at: number): unknown {
  const entries = keysOf(value)
  if (entries.length === 0) return value
  const left = entries.filter((_, index) => index !== at % entries.length)
  return Array.isArray(value) ? left.map(([, item]) => item) : Object.fromEntries(left)
}

function renamed(value: unknown, at: number, name: string): unknown {
  const entries = keysOf(value)
  return Object.fromEntries(entries.map(([key, item], index) => [index === at % entries.length ? name : key, item]))
}

const rewriteJson = (text: string, way: readonly number[], change: Edit): string => {
  try {
    return JSON.stringify(editAt(JSON.parse(text), way, change), null, 2) ?? ''
  } catch {
    return `${text}}`
  }
}

type Rewrite = (text: string, others: readonly string[]) => Content

/** What becomes of a file. */
const rewrite: fc.Arbitrary<Rewrite> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.array(fc.nat(99), { maxLength: 4 }), edit).map(
      ([way, change]): Rewrite =>
        (text) =>
          rewriteJson(text, way, change),
    ),
  },
  fc.nat(999).map(
    (at): Rewrite =>
      (text) =>
        text.slice(0, at),
  ),
  fc.constant<Rewrite>(() => null),
  fc.constantFrom<Rewrite>(
    (text) => `\ufeff${text}`,
    (text) => text.replaceAll(/\d+/g, '9'.repeat(40)),
    (text) => text.replaceAll('"', "'"),
    (text) => text.replaceAll('\n', '\r\n'),
    (text) => text.replace('{', '{"stage":"open","current_round":1e400,'),
    () => '['.repeat(5000),
    () => new Uint8Array([0xff, 0xfe, 0, 0xc3, 0x28]),
    () => ({ mode: '120000', content: '../state.json' }),
    () => ({ mode: '160000' }),
    () => ({ mode: '100755', content: '{}' }),
    () => ({ mode: '100644', size: 99 * 2 ** 20 }),
  ),
  fc.nat(999).map(
    (at): Rewrite =>
      (_, others) =>
        others[at % others.length] ?? '',
  ),
)

const textOf = (content: Content) =>
  typeof content === 'string' ? content : content instanceof Uint8Array ? new TextDecoder().decode(content) : ''

/** Some versions of some files of a history, rewritten; and some of its messages. */
export function strange(plans: readonly Planned[], count: number): fc.Arbitrary<Planned[]> {
  const all = plans.flatMap((plan, at) => Object.keys(plan.files ?? {}).map((path) => ({ at, path })))
  const texts = all.slice(0, 200).map(({ at, path }) => textOf(plans[at]?.files?.[path] ?? null))
  const change = fc.record({ version: fc.constantFrom(...all), rewrite })
  const message = fc.record({
    at: fc.nat(plans.length - 1),
    message: fc.constantFrom('', 'x', 'Round 0: duels', 'Engine: x'),
  })
  return fc
    .record({
      changes: fc.array(change, { minLength: 1, maxLength: count }),
      messages: fc.array(message, { maxLength: 2 }),
    })
    .map(({ changes, messages }) => {
      const made = plans.map((plan): Planned => ({ ...plan, files: { ...plan.files } }))
      for (const { version, rewrite } of changes) {
        const { at, path } = version
        const files = made[at]?.files as Record<string, Content>
        files[path] = rewrite(textOf(files[path] ?? null), texts)
      }
      for (const { at, message } of messages) made[at] = { ...made[at], message: message || 'y' }
      return made
    })
}

const part = fc.constantFrom(
  'rounds',
  '0',
  '1',
  '00',
  '-1',
  'attempts',
  'leader',
  '5abc',
  'policy',
  'interventions',
  '0001.json',
)
const file = fc.constantFrom('state.json', 'config.json', 'leader.json', 'prompts.txt', 'seed.json', 'winner.json', 'x')
const names = fc.constantFrom(
  'submitted.json',
  'generated.json',
  'duels_leader.json',
  'matches_matrix.csv',
  'builds.json',
  '0001.json',
)
const path = fc
  .tuple(fc.array(part, { maxLength: 4 }), fc.oneof(file, names))
  .map(([folders, name]) => [...folders, name].join('/'))
const content = fc.oneof(
  fc.json(),
  fc.constantFrom<Content>('', 'left,right,margin\na,b,1', '{"current_round": 0, "stage": "open"}', null, {
    mode: '120000',
  }),
  fc.constantFrom('{"current_round": 3, "stage": "duels", "attempt": -1}', '[]', '{}', '{"rules": "v1"}', '\0'),
  fc.uint8Array({ maxLength: 20 }),
)

/** Repositories that are no competition, or one that nobody ever saw. */
export const trees: fc.Arbitrary<Planned[]> = fc.array(
  fc.record({
    files: fc.dictionary(path, content, { maxKeys: 6, noNullPrototype: true }),
    message: fc.constantFrom('x', 'Round 0 winner: leader', 'Update state (open), schedule, leader for round 1'),
    trailers: fc.constantFrom<Record<string, string>>(
      {},
      { Engine: 'x' },
      { Engine: 'x', Owner: 'judge', Round: '0', Stage: 'duels', Run: 'x' },
    ),
    at: fc.integer({ min: -1000, max: 1000 }),
    parents: fc.constantFrom(1, 1, 1, 2),
  }),
  { minLength: 1, maxLength: 6 },
)

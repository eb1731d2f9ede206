import { describe, expect, it } from 'vitest'
import { duplicateKeys } from '../../../src/verify/checks/duplicate-keys.ts'
import { files } from '../../../src/verify/checks/files.ts'
import { inspectFile } from '../../../src/verify/checks/inspect-file.ts'
import { look } from '../../support/memory-history.ts'
import fc from '../../support/properties.ts'

const HOTKEY = '5F4HaNQJAXDhirU51GTz4vBvcEuUo3YSfhKuBT7qix35DkHP'
const OTHER = '5EaA6wcoaf9yeYzFBmwmtxuXUsjcFdeVEHfVRFi4PY7Gd196'
const inspect = (path: string, text: string | Uint8Array) =>
  inspectFile(path, typeof text === 'string' ? new TextEncoder().encode(text) : text).map(
    ({ code, message }) => `${code}: ${message}`,
  )

const state = '{\n  "current_round": 0,\n  "stage": "open",\n  "next_stage_eta": null\n}'
const winner = '{\n  "winner_hotkey": "leader"\n}'
const indented = (value: unknown) => JSON.stringify(value, null, 2)
const audit = (hotkey: string) => ({
  hotkey,
  outcome: 'pending',
  checked_prompts: 0,
  failed_prompts: 0,
  failed_critical: 0,
  generation_time: null,
  reason: '',
})
const report = (left: string, right: string) =>
  indented({ left, right, score: 0, margin: 0, duels: [] }).replace('"margin": 0', '"margin": 0.0')
const latin1 = Buffer.from('{\n  "winner_hotkey": "\xe9"\n}', 'latin1')

describe('a version of a file', () => {
  it.each<[string, string, string]>([
    ['a state', 'state.json', state],
    ['a winner', 'rounds/0/winner.json', winner],
    ['an archived winner', 'rounds/0/attempts/1/winner.json', winner],
    ['a configuration as its writer likes it', 'config.json', `${indented(CONFIG())}\n\n`],
    ['a review', 'rounds/0/source_audit.json', `[{"hotkey":"${HOTKEY}","verdict":"passed"}]`],
    ['a pool with blank lines', 'prompts.txt', 'https://x/a.png\n\nhttps://x/b.png\n'],
    ['a matrix', 'rounds/0/matches_matrix.csv', `left,right,margin\nleader,${HOTKEY},0.5`],
    ['a matrix without a match', 'rounds/0/matches_matrix.csv', 'left,right,margin'],
    [
      'fields of others',
      'leader.json',
      `[\n  {\n    "hotkey": "a",\n    "weight": 1.0,\n    "effective_block": 1,\n    "hardware": [\n      1e-07\n    ]\n  }\n]`,
    ],
    ['a file of nobody’s', 'rounds/0/notes.txt', '\0'],
  ])('is %s', (_name, path, text) => expect(inspect(path, text)).toEqual([]))

  it.each<[string, string, string | Uint8Array, string[]]>([
    [
      'ends in a line break',
      'state.json',
      `${state}\n`,
      ['file/hand-edited: the engine does not write the line break at its end'],
    ],
    [
      'is indented otherwise',
      'state.json',
      state.replaceAll('  ', '    '),
      ['file/hand-edited: the engine does not write the spaces in line 2'],
    ],
    [
      'is on one line',
      'rounds/0/winner.json',
      '{"winner_hotkey": "leader"}',
      [
        'file/hand-edited: the engine does not write line 1, "{\\"winner_hotkey\\": \\"leader\\"}", where it would write "{"',
      ],
    ],
    [
      'writes a number otherwise',
      'leader.json',
      '[\n  {\n    "hotkey": "a",\n    "weight": 1,\n    "effective_block": 1\n  }\n]',
      [
        'file/hand-edited: the engine does not write line 4, "\\"weight\\": 1,", where it would write "\\"weight\\": 1.0,"',
      ],
    ],
    [
      'is empty',
      'rounds/0/builds.json',
      '',
      ['file/hand-edited: the engine does not write line 1, "", where it would write "{}"'],
    ],
    [
      'has a row twice',
      'rounds/0/matches_matrix.csv',
      'left,right,margin\na,b,0.5\na,b,0.75',
      ['file/hand-edited: the engine does not write line 2, "a,b,0.5", where it would write "a,b,0.75"'],
    ],
    [
      'has a short row',
      'rounds/0/matches_matrix.csv',
      'left,right,margin\na,b',
      ['file/hand-edited: the engine does not write line 2, "a,b", where it would write nothing'],
    ],
    [
      'lacks fields',
      'rounds/0/x/submitted.json',
      indented({ a: { js: 'x', size: 4 } }),
      ['file/shape: the engine would also have written glb, png, generation_time and 2 more'],
    ],
    [
      'has a field twice',
      'rounds/0/winner.json',
      '{\n  "winner_hotkey": "a",\n  "winner_hotkey": "b"\n}',
      [
        'file/duplicate-key: winner_hotkey is there twice, and programs differ in which one counts',
        'file/hand-edited: the engine does not write line 2, "\\"winner_hotkey\\": \\"a\\",", where it would write "\\"winner_hotkey\\": \\"b\\""',
      ],
    ],
    [
      'has a field twice, by another spelling',
      'config.json',
      `{"win_margin":9,"win_\\u006dargin":0,${indented(CONFIG()).slice(1)}`,
      ['file/duplicate-key: win_margin is there twice, and programs differ in which one counts'],
    ],
    [
      'begins with a mark',
      'state.json',
      `\ufeff${state}`,
      [
        'file/encoding: it begins with a byte order mark',
        'file/hand-edited: the engine does not write the spaces in line 1',
      ],
    ],
    ['is no UTF-8', 'rounds/0/winner.json', latin1, ['file/encoding: not every byte of it is valid UTF-8']],
    ['holds NUL', 'prompts.txt', 'https://x/a\0.png', ['file/encoding: it holds NUL bytes']],
    [
      'is cut short',
      'state.json',
      state.slice(0, 30),
      ['file/syntax: not JSON at line 3, column 7: Unterminated string'],
    ],
    ['is nested too deep', 'state.json', '['.repeat(99_999), ['file/syntax: nested deeper than 64 levels']],
    [
      'has another type',
      'rounds/3/winner.json',
      '{\n  "winner_hotkey": 5\n}',
      ['file/schema: winner_hotkey: found 5, expected a string'],
    ],
    ['is a list', 'state.json', '[]', ['file/schema: found an empty list, expected an object']],
    [
      'has a number that no program may hold',
      'rounds/0/winner.json',
      '{\n  "winner_hotkey": "leader",\n  "block": 12345678901234567890\n}',
      ['file/number: programs differ in how they read 12345678901234567890'],
    ],
    [
      'has such a number where it counts',
      'rounds/0/seed.json',
      '{"seed": 12345678901234567890}',
      ['file/schema: seed: found 12345678901234567890, expected an integer'],
    ],
    [
      'is about somebody else',
      'rounds/0/generation_audits.json',
      indented({ [HOTKEY]: audit(OTHER) }),
      ['file/contradiction: what stands under hotkey 5F4HaNQJAX… calls itself 5EaA6wcoaf…'],
    ],
    [
      'asks twice',
      'rounds/0/require_audit.json',
      indented([0, 1].map(() => ({ hotkey: HOTKEY, critical_prompts: [] }))),
      ['file/contradiction: 5F4HaNQJAX… is there more than once'],
    ],
    [
      'is a report of another match',
      `rounds/0/${HOTKEY}/duels_leader.json`,
      report(OTHER, OTHER),
      [
        'file/contradiction: it lies with 5F4HaNQJAX… but is about 5EaA6wcoaf…',
        'file/contradiction: its name says the leader but the defender in it is 5EaA6wcoaf…',
      ],
    ],
    [
      'is of another round',
      'rounds/2/submissions.json',
      indented({ [HOTKEY]: { revealed_at_block: 1, round: 'x-12' } }).replace('x-12', 'x-13'),
      ['file/contradiction: the entry of 5F4HaNQJAX… is for "x-13"'],
    ],
  ])('%s', (_name, path, text, problems) => expect(inspect(path, text)).toEqual(problems))
})

function CONFIG() {
  return {
    name: 'x',
    description: '',
    first_evaluation_date: '2026-03-01',
    last_competition_date: '2026-03-01',
    round_start_time: '08:00:00',
    generation_stage_minutes: 60,
    finalization_buffer_hours: 1,
    win_margin: 0.05,
    weight_decay: 0.2,
    weight_floor: 0.2,
    prompts_per_round: 4,
    carryover_prompts: 1,
  }
}

describe('duplicateKeys', () => {
  it('finds none in what JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(duplicateKeys(json)).toEqual([])
      }),
    )
  })

  it('finds the one that was put in, wherever it is', () => {
    const key = fc.constantFrom('a', '"', '\\', '{', 'b,', '\u2028', '')
    fc.assert(
      fc.property(fc.array(fc.oneof(key, fc.constant(0)), { maxLength: 6 }), fc.json(), key, (place, value, twice) => {
        const name = JSON.stringify(twice)
        const inner = `{${name}:${value},"other":[],${name}:1}`
        const json = place.reduceRight<string>(
          (text, at) => (at === 0 ? `[${text}]` : `{ ${JSON.stringify(at)} : ${text} }`),
          inner,
        )
        expect(duplicateKeys(json)).toEqual([[...place, twice].join('.')])
      }),
    )
  })

  it('is linear: a file of 20 MB takes no time', () => {
    expect(duplicateKeys(`[${'{"a":"\\\\","b":[1,2]},'.repeat(900_000)}0]`)).toEqual([])
  })
})

describe('the check of files', () => {
  const links = Array.from({ length: 9 }, (_, at) => [`rounds/0/h${at}/submitted.json`, '[]'] as const)
  it('tells of several of a kind in one commit at once', async () => {
    const { findings } = await look([{ files: { ...Object.fromEntries(links), 'state.json': state } }], {
      checks: [files()],
    })
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ code: 'file/schema', path: 'rounds/0/h0/submitted.json' })
    expect(findings[0]?.message).toBe(
      'rounds/0/h0/submitted.json: found an empty list, expected an object. The same, or the like, in 8 other files of the kind.',
    )
  })

  it('looks at every commit that touches a file, and only there', async () => {
    const result = await look(
      [state, '{', state, `${state} `].map((text, at) => ({ files: { 'state.json': text, x: String(at) } })),
      { checks: [files()] },
    )
    expect([0, 1, 2, 3].map((at) => result.at(at))).toEqual([
      [],
      ['file/syntax state.json'],
      [],
      ['file/hand-edited state.json'],
    ])
  })

  it('lets the founder type', async () => {
    const config = JSON.stringify({ ...CONFIG(), rules: 'v1' })
    const started = state.replace('open', 'duels')
    const texts = [`${state}\n`, `${state} `, started, `${started}\n`]
    const { findings } = await look(
      texts.map((text) => ({ files: { 'state.json': text, 'config.json': config } })),
      { checks: [files()] },
    )
    expect(findings.map(({ severity }) => severity)).toEqual(['note', 'note', 'error'])
  })
})

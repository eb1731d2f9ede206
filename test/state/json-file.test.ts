import { describe, expect, it } from 'vitest'
import { files } from '../../src/state/files.ts'
import type { Output } from '../../src/state/outputs.ts'
import { samples } from './samples.ts'

const parseState = (text: string) => files.state.parse(text, 'state.json')

describe('reading by hand-made rules', () => {
  it('fills defaults and leaves optional fields absent', () => {
    const state = parseState('{"current_round": 0, "stage": "open"}')
    expect(state).toStrictEqual({ current_round: 0, stage: 'open', next_stage_eta: null })
    expect(files.state.serialise(state)).toBe(
      '{\n  "current_round": 0,\n  "stage": "open",\n  "next_stage_eta": null\n}',
    )
  })

  it('takes other layouts, a byte order mark and the last of duplicate keys', () => {
    const text = '\uFEFF{\t"current_round":"3", "stage":"open",\r\n"stage":"duels", "next_stage_eta":null }\n\n'
    expect(parseState(text)).toStrictEqual({ current_round: 3, stage: 'duels', next_stage_eta: null })
  })

  it('takes an empty file for an empty collection, where it is one', () => {
    expect(files.generationAudits.parse(' \n', 'p')).toStrictEqual({})
    expect(files.requireAudit.parse('', 'p')).toStrictEqual([])
    expect(() => parseState('')).toThrow('line 1, column 1')
  })

  it('gives each empty file a collection of its own', () => {
    const audits = files.generationAudits.parse('', 'p')
    audits.x = {
      hotkey: 'x',
      outcome: 'passed',
      checked_prompts: 0,
      failed_prompts: 0,
      failed_critical: 0,
      generation_time: null,
      reason: '',
    }
    expect(files.generationAudits.parse('', 'p')).toStrictEqual({})
  })

  it('writes floats as floats, whatever was typed', () => {
    const typed = samples.config.text.replace('"finalization_buffer_hours": 1.0', '"finalization_buffer_hours": 1')
    expect(files.config.serialise(files.config.parse(typed, 'config.json'))).toBe(samples.config.text)
  })

  it('pads the hour of the daily start', () => {
    const typed = samples.config.text.replace('08:00:00', '8:00:00')
    expect(files.config.parse(typed, 'config.json').round_start_time).toBe('08:00:00')
  })

  it('gives settings as plain numbers, at any depth', () => {
    const typed = samples.config.text.replace('"views": []', '"views": [1.0, {"step": 1e-05}]')
    expect(files.config.parse(typed, 'config.json').settings?.views).toStrictEqual([1, { step: 0.00001 }])
  })
})

describe('fields that we do not know', () => {
  const text = `[
  {
    "hotkey": "h",
    "repo": "r",
    "commit": "c",
    "docker": "d",
    "weight": 0.8,
    "effective_block": 1,
    "hardware": [
      80.0,
      1e-07,
      12345678901234567890
    ],
    "score": 1.0
  }
]`

  it('survive with their exact text, also in a changed copy', () => {
    const leaders = files.leader.parse(text, 'leader.json')
    expect(files.leader.serialise(leaders)).toBe(text)
    const changed = leaders.map((entry) => ({ ...entry, weight: 1 }))
    expect(files.leader.serialise(changed)).toBe(text.replace('0.8', '1.0'))
  })

  it('come after the known ones', () => {
    expect(files.winner.serialise({ extra: [], docker_image: 'd', commit: 'c', repo: 'r', winner_hotkey: 'w' })).toBe(
      '{\n  "winner_hotkey": "w",\n  "repo": "r",\n  "commit": "c",\n  "docker_image": "d",\n  "extra": []\n}',
    )
  })

  it('may be called like parts of JavaScript objects', () => {
    const odd = '{"current_round": 1, "stage": "open", "constructor": 1, "toString": "x", "hasOwnProperty": null}'
    const state = parseState(odd)
    expect(state).toMatchObject({ constructor: 1, toString: 'x', hasOwnProperty: null })
    expect(JSON.parse(files.state.serialise(state))).toEqual({ ...state })
  })
})

describe('the order of fields', () => {
  const text = '{\n  "stage": "open",\n  "note": 1,\n  "current_round": 1,\n  "next_stage_eta": null\n}'

  it('stays as it was read while the fields are the same', () => {
    const state = parseState(text)
    expect(files.state.serialise(state)).toBe(text)
    state.stage = 'duels'
    expect(files.state.serialise(state)).toBe(text.replace('open', 'duels'))
  })

  it('is the declared one for what we build, and no part of equality', () => {
    const declared = '{\n  "current_round": 1,\n  "stage": "open",\n  "next_stage_eta": null,\n  "note": 1\n}'
    const state = parseState(text)
    expect(files.state.serialise({ ...state })).toBe(declared)
    expect(state).toStrictEqual({ current_round: 1, stage: 'open', next_stage_eta: null, note: 1 })
    state.paused_from = 'open'
    expect(Object.keys(JSON.parse(files.state.serialise(state)))).toEqual([
      'current_round',
      'stage',
      'next_stage_eta',
      'paused_from',
      'note',
    ])
  })
})

describe('the keys of a map', () => {
  const output: Output = { glb: null, png: null, generation_time: 0, size: 0, attempts: 0, distance: 0 }

  it('keep their order', () => {
    const outputs = { b: output, a: output, '0001': output, '-1': output, '1.5': output, '4294967295': output }
    const text = files.submitted.serialise(outputs)
    expect(Object.keys(files.submitted.parse(text, 'p'))).toEqual(['b', 'a', '0001', '-1', '1.5', '4294967295'])
  })

  it.each(['0', '7', '4294967294'])('must not be %s, which would lose its place', (key) => {
    expect(() => files.submitted.serialise({ a: output, [key]: output })).toThrow(
      `cannot write submitted: found "${key}", expected a key that is no plain number`,
    )
    expect(() => files.submitted.parse(`{"a": {}, "${key}": {}}`, 'p')).toThrow(
      `p: ${key}: found the key "${key}", expected a key that is no plain number`,
    )
  })

  it('may be names of JavaScript, but for __proto__', () => {
    const text = files.submitted.serialise({ constructor: output, valueOf: output })
    expect(Object.keys(files.submitted.parse(text, 'p'))).toEqual(['constructor', 'valueOf'])
    expect(() => files.submitted.parse('{"__proto__": {}}', 'p')).toThrow('found the key "__proto__"')
    expect(() => parseState('{"current_round": 1, "stage": "open", "x": {"__proto__": 1}}')).toThrow('"__proto__"')
    expect(() => files.submitted.serialise(JSON.parse(`{"__proto__": ${JSON.stringify(output)}}`))).toThrow(
      '"__proto__"',
    )
    expect(Object.prototype).not.toHaveProperty('glb')
  })
})

describe('writing', () => {
  it('refuses what an integer field cannot hold', () => {
    for (const bad of [1.5, Number.NaN, 2 ** 53]) {
      expect(() => files.seed.serialise({ seed: bad })).toThrow(
        `cannot write seed.seed: found ${bad}, expected an integer`,
      )
    }
  })

  it('writes a float that is not finite as null, as its readers expect', () => {
    const audit = {
      hotkey: 'h',
      outcome: 'passed',
      checked_prompts: 0,
      failed_prompts: 0,
      failed_critical: 0,
      reason: '',
    } as const
    const text = files.generationAudits.serialise({ h: { ...audit, generation_time: Number.NaN } })
    expect(text).toContain('"generation_time": null')
  })

  it('leaves out optional fields that are undefined', () => {
    expect(files.seed.serialise({ seed: 3, algorithm: undefined })).toBe('{"seed": 3}')
  })
})

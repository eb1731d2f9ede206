import { describe, expect, it } from 'vitest'
import { isError } from '../../src/errors.ts'
import { type Act, type Effect, effectOf, recordOf, type Scene, titleOf } from '../../src/rules/intervention.ts'
import { lastAttempt } from '../../src/rules/redo.ts'
import { voidedBy, voidedPrompts } from '../../src/rules/void.ts'
import { archivedAt, files, type Intervention, type LeaderEntry, type Stage, stages } from '../../src/state/index.ts'
import fc from '../support/properties.ts'

const leader: LeaderEntry = { hotkey: 'base', repo: 'o/r', commit: 'c1', docker: 'd', weight: 1, effective_block: 10 }
const paths = [
  'rounds/2/builds.json',
  'rounds/2/challenger/duels_leader.json',
  'rounds/2/challenger/generated.json',
  'rounds/2/challenger/pod_stats.json',
  'rounds/2/challenger/submitted.json',
  'rounds/2/generation_audits.json',
  'rounds/2/leader/generated.json',
  'rounds/2/leader/pod_stats.json',
  'rounds/2/matches_matrix.csv',
  'rounds/2/prompts.txt',
  'rounds/2/require_audit.json',
  'rounds/2/reveals.json',
  'rounds/2/schedule.json',
  'rounds/2/seed.json',
  'rounds/2/source_audit.json',
  'rounds/2/submissions.json',
  'rounds/2/winner.json',
]

const sceneIn = (stage: Stage, changes: Partial<Scene> = {}, state: object = {}): Scene => ({
  state: { current_round: 2, stage, next_stage_eta: '2026-03-01T08:00:00Z', ...state },
  config: { rules: 'v1' },
  leaders: [leader],
  schedule: { earliest_reveal_block: 1, latest_reveal_block: 5 },
  winner: undefined,
  prompts: ['vase', 'cup'],
  voided: new Map(),
  matches: 0,
  paths,
  ...changes,
})
const RECORD = 'interventions/0001.json'
const told = { reason: 'because', by: 'Ann <ann@x.test>', at: '2026-03-02T12:00:00.000Z' }
const redo = (stage: 'downloading' | 'duels', baseline = false): Act => ({ kind: 'redo-stage', stage, baseline })
const shortened = ({ moves }: Effect) => [...moves.keys()].map((path) => path.replace('rounds/2/', ''))
const refused = (act: Act, scene: Scene) => {
  try {
    effectOf(act, scene, RECORD)
  } catch (error) {
    if (isError(error, 'usage')) return error.message
    throw error
  }
  return undefined
}

describe('going back to a stage', () => {
  const ofDuels = [
    'challenger/duels_leader.json',
    'challenger/generated.json',
    'challenger/pod_stats.json',
    'generation_audits.json',
    'matches_matrix.csv',
    'require_audit.json',
    'winner.json',
  ]
  it.each([
    ['duels', false, ofDuels],
    ['duels', true, [...ofDuels, 'leader/generated.json', 'leader/pod_stats.json']],
    ['downloading', false, [...ofDuels, 'challenger/submitted.json']],
    ['downloading', true, [...ofDuels, 'challenger/submitted.json', 'leader/generated.json', 'leader/pod_stats.json']],
  ] as const)('%s (baseline %j) puts away what it and later stages made, and nothing else', (stage, baseline, gone) => {
    const effect = effectOf(redo(stage, baseline), sceneIn('finalizing'), RECORD)
    expect(shortened(effect)).toEqual([...gone].sort())
    expect(effect.state).toEqual({ current_round: 2, stage, next_stage_eta: null, attempt: 2 })
    for (const [from, to] of effect.moves) expect(archivedAt(to)).toMatchObject({ attempt: 1, path: from })
  })

  it('goes on counting, and puts away into the attempt that ends', () => {
    const effect = effectOf(redo('duels'), sceneIn('duels', {}, { attempt: 3 }), RECORD)
    expect(effect.state.attempt).toBe(4)
    expect(effect.moves.get('rounds/2/winner.json')).toBe('rounds/2/attempts/3/winner.json')
  })

  it('leaves a held competition held, to go on from there', () => {
    const { state } = effectOf(redo('duels'), sceneIn('paused', {}, { paused_from: 'finalizing' }), RECORD)
    expect(state).toMatchObject({ stage: 'paused', paused_from: 'duels', attempt: 2 })
  })

  it.each(stages)('is possible from stages that come after it, and only then (%s)', (stage) => {
    const order: readonly Stage[] = ['downloading', 'duels', 'finalizing', 'finished']
    const state = stage === 'paused' ? { paused_from: 'miner_generation' } : {}
    for (const to of ['downloading', 'duels'] as const) {
      const possible = order.indexOf(stage) >= order.indexOf(to)
      expect(refused(redo(to), sceneIn(stage, {}, state)) === undefined).toBe(possible)
    }
  })

  it('is refused where it could not be whole, or not taken back', () => {
    expect(refused(redo('duels'), sceneIn('finalizing', { prompts: [] }))).toContain('no entries')
    const strange = sceneIn('duels', { paths: [...paths, 'rounds/2/scores.json'] })
    expect(refused(redo('duels'), strange)).toContain('rounds/2/scores.json')
    const legacy = { config: {}, leaders: [leader, { ...leader, effective_block: 20 }] }
    expect(refused(redo('duels'), sceneIn('finished', legacy))).toContain('under the old rules')
    expect(refused(redo('duels'), sceneIn('finished', { ...legacy, leaders: [leader] }))).toBeUndefined()
    expect(refused(redo('duels'), sceneIn('paused'))).toContain('paused_from')
  })
})

describe('making a round void', () => {
  it('says so in a winner that other readers take for a defence', () => {
    const { state, winner, moves } = effectOf({ kind: 'void' }, sceneIn('duels', { paths: [] }), RECORD)
    expect(state).toEqual({ current_round: 2, stage: 'finalizing', next_stage_eta: null })
    expect(winner).toEqual({ winner_hotkey: 'leader', repo: 'o/r', commit: 'c1', docker_image: 'd', void: RECORD })
    expect(moves.size).toBe(0)
  })

  it('ends the attempt where a winner has to be put away', () => {
    const effect = effectOf({ kind: 'void' }, sceneIn('finalizing'), RECORD)
    expect(shortened(effect)).toEqual(['winner.json'])
    expect(effect.state.attempt).toBe(2)
  })

  it('is for the leader of before, whom an earlier attempt may have followed by somebody else', () => {
    const leaders = [leader, { ...leader, hotkey: 'other', repo: 'x/y', round: 2 }]
    expect(effectOf({ kind: 'void' }, sceneIn('finished', { leaders }), RECORD).winner?.repo).toBe('o/r')
  })

  it('is refused a second time', () => {
    const winner = { winner_hotkey: 'leader', void: RECORD }
    expect(refused({ kind: 'void' }, sceneIn('finalizing', { winner }))).toContain('void already')
  })
})

describe('making a prompt void', () => {
  const wanted: Act = { kind: 'void', prompt: 'vase' }

  it.each(stages)('is possible while prompts are out and nothing has been judged (%s)', (stage) => {
    const possible = ['miner_generation', 'downloading', 'duels'].includes(stage)
    const scene = sceneIn(stage, {}, stage === 'paused' ? { paused_from: 'open' } : {})
    expect(refused(wanted, scene) === undefined).toBe(possible)
    expect(refused(wanted, { ...scene, matches: 1 })).toBeDefined()
  })

  it('changes nothing but what its record says', () => {
    const scene = sceneIn('duels')
    const effect = effectOf(wanted, scene, RECORD)
    expect(effect).toEqual({ state: scene.state, moves: new Map() })
    const record = recordOf(wanted, told, scene, effect)
    expect(record).toMatchObject({ kind: 'void', prompt: 'vase', from: 'duels', to: 'duels' })
    expect(voidedPrompts([record], 2)).toEqual(new Map([['vase', 'because']]))
    expect(voidedPrompts([record], 1).size).toBe(0)
  })

  it('is refused for what is no prompt, void already, or the last that counts', () => {
    expect(refused({ kind: 'void', prompt: 'jug' }, sceneIn('duels'))).toContain('no prompt of round 2')
    expect(refused(wanted, sceneIn('duels', { voided: new Map([['vase', 'x']]) }))).toContain('void already')
    expect(refused(wanted, sceneIn('duels', { voided: new Map([['cup', 'x']]) }))).toContain('last prompt')
  })
})

describe('records of acts', () => {
  it('of before there were others are still valid, byte for byte', () => {
    for (const kind of ['pause', 'resume']) {
      const text = `{\n  "kind": "${kind}",\n  "reason": "r",\n  "by": "A <a@x>",\n  "round": 3,\n  "from": "duels",\n  "to": "paused",\n  "at": "2026-03-02T12:00:00.000Z"\n}`
      expect(files.intervention.serialise(files.intervention.parse(text, RECORD))).toBe(text)
    }
  })

  const acts = fc.constantFrom<Act>(
    { kind: 'pause' },
    { kind: 'resume' },
    { kind: 'note' },
    redo('duels'),
    redo('downloading', true),
    { kind: 'void' },
    { kind: 'void', prompt: 'vase' },
    { kind: 'adopt', commit: 'f'.repeat(40), paths: ['state.json'] },
  )
  const scenes = fc
    .record({
      stage: fc.constantFrom(...stages),
      paused_from: fc.option(fc.constantFrom(...stages), { nil: undefined }),
      attempt: fc.option(fc.integer({ min: 2, max: 9 }), { nil: undefined }),
      matches: fc.nat(2),
      there: fc.subarray(paths),
    })
    .map(({ stage, paused_from, attempt, matches, there }) =>
      sceneIn(
        stage,
        { matches, paths: there },
        { ...(stage === 'paused' && { paused_from }), ...(attempt && { attempt }) },
      ),
    )

  it('can be written, read and done again with the same outcome; what is refused is refused in words', () => {
    fc.assert(
      fc.property(acts, scenes, (act, scene) => {
        if (refused(act, scene) !== undefined) return
        const effect = effectOf(act, scene, RECORD)
        const record = recordOf(act, told, scene, effect)
        const read = files.intervention.parse(files.intervention.serialise(record), RECORD)
        expect(read).toEqual(JSON.parse(JSON.stringify(record)))
        expect(effectOf(read, scene, RECORD)).toEqual(effect)
        expect(recordOf(read, read, scene, effect)).toEqual(record)
        expect(titleOf(read)).not.toBe('')
        expect(files.state.parse(files.state.serialise(effect.state), 'state.json')).toEqual(effect.state)
        expect(new Set(effect.moves.values()).size).toBe(effect.moves.size)
      }),
      { numRuns: 400 },
    )
  })

  it('tell which attempt a round has come to, and whether it is void', () => {
    const base = { ...told, round: 2, from: 'duels', to: 'duels' } as const
    const again: Intervention = {
      kind: 'redo-stage',
      ...base,
      stage: 'duels',
      baseline: false,
      attempt: 2,
      archived: [],
    }
    const nothing: Intervention = { kind: 'void', ...base, attempt: 3, archived: [] }
    const prompt: Intervention = { kind: 'void', ...base, prompt: 'vase' }
    expect(lastAttempt([], 2)).toBe(1)
    expect(lastAttempt([again, nothing], 2)).toBe(3)
    expect(lastAttempt([again, nothing], 1)).toBe(1)
    expect(voidedBy([again, nothing, prompt], 2)).toBe('interventions/0002.json')
    expect(voidedBy([nothing, again], 2)).toBeUndefined()
    expect(voidedBy([nothing], 1)).toBeUndefined()
  })
})

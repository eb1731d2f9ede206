import { beforeAll, describe, expect, it } from 'vitest'
import { files, type State } from '../../../src/state/index.ts'
import { files as forms } from '../../../src/verify/checks/files.ts'
import { stages } from '../../../src/verify/checks/stages.ts'
import { look, type Planned } from '../../support/memory-history.ts'
import { forged, positionOf, textAt } from '../../support/rewrite.ts'
import {
  type Act,
  AFTER,
  better,
  cheat,
  foundAt,
  gone,
  good,
  honestPlans,
  state,
  tampered,
  written,
} from './tampering.ts'

let honest: Planned[]
beforeAll(async () => {
  honest = await honestPlans()
})

type Case = [name: string, act: Act, found: string]
const found = (act: Act) => foundAt(honest, act, [forms(), stages()])

describe('a stage or a round that was not to come', () => {
  const eta = '2027-01-01T00:00:00Z'
  const paused = state({ stage: 'paused', paused_from: 'duels' })
  it.each<Case>([
    [
      'a stage left out',
      { after: 'open', owner: 'collector', change: state({ stage: 'downloading' }) },
      'illegal-move',
    ],
    ['back again', { after: 'duels', owner: 'judge', change: state({ stage: 'open' }) }, 'illegal-move'],
    ['by another owner', { after: 'fetched', owner: 'auditor', change: state({ stage: 'duels' }) }, 'illegal-move'],
    ['by hand', { after: 'fetched', change: state({ stage: 'duels' }) }, 'illegal-move'],
    ['another round', { after: 'duels', owner: 'judge', change: state({ current_round: 7 }) }, 'illegal-move'],
    [
      'a round left out',
      { after: 'finalizing', owner: 'round-manager', change: state({ stage: 'open', current_round: 3 }) },
      'illegal-move',
    ],
    [
      'the same round again',
      { after: 'finalizing', owner: 'round-manager', change: state({ stage: 'open' }) },
      'illegal-move',
    ],
    ['a pause without an act', { after: 'duels', change: paused }, 'illegal-move'],
    ['a pause by the engine', { after: 'duels', owner: 'judge', change: paused }, 'illegal-move'],
    ['on after the end', { after: 'end', change: state({ stage: 'finalizing' }) }, 'illegal-move'],
    ['another attempt', { after: 'duels', owner: 'judge', change: state({ attempt: 2 }) }, 'illegal-move'],
    ['an attempt less', { after: 'duels', owner: 'judge', change: state({ attempt: 0 }) }, 'illegal-move'],
    ['a time by hand', { after: 'open', change: state({ next_stage_eta: eta }) }, 'by-hand'],
    [
      'a time by the engine',
      { after: 'open', owner: 'collector', change: state({ next_stage_eta: eta }) },
      'illegal-move',
    ],
  ])('%s', async (_name, act, code) => expect(await found(act)).toEqual([`stage/${code} state.json`]))

  it('is told in plain words', async () => {
    const move = async (stage: State['stage'], current_round: number) => {
      const text = files.state.serialise({ current_round, stage, next_stage_eta: null })
      const place = positionOf(honest, 'Round 0: downloading') + 1
      const plan = { files: { 'state.json': text }, message: 'on we go' }
      return (await look([...honest.slice(0, place), plan], { checks: [stages()] })).findings.map(
        (each) => each.message,
      )
    }
    expect(await move('finalizing', 0)).toEqual([
      'Round 0 went from downloading to finalizing, by hand ("on we go"): from downloading it can only go on to duels or paused.',
    ])
    expect(await move('duels', 3)).toEqual([
      'The competition went from downloading in round 0 to duels in round 3, by hand ("on we go"): a round is left only from finalizing, when the next one opens.',
    ])
  })

  it('is seen when the state could not be read in between, or was not there', async () => {
    const place = positionOf(honest, 'Round 0: downloading')
    const text = textAt(honest, positionOf(honest, AFTER.finalizing), 'state.json') ?? ''
    for (const nothing of ['{', null]) {
      const plans = [...honest.slice(0, place), { files: { 'state.json': nothing } }, { files: { 'state.json': text } }]
      expect((await look(plans, { checks: [stages()] })).at(place + 1)).toEqual(['stage/illegal-move state.json'])
    }
  })

  it('is no state at all, or none that can be read', async () => {
    expect(await found({ after: 'open', change: gone('state.json') })).toEqual(['stage/no-state state.json'])
    expect(await found({ after: 'open', change: written('state.json', '{') })).toEqual([
      'file/syntax state.json',
      'stage/by-hand state.json',
    ])
  })
})

describe('a file that was not to be written', () => {
  const row = forged(files.matrix, [1], (rows) => [...rows, { left: good.hotkey, right: better.hotkey, margin: 1 }])
  const winner = files.winner.path(1)
  const ofWinner = '{\n  "winner_hotkey": "leader"\n}'
  const pods = files.podStats.path(0, good.hotkey)
  const schedule = { earliest_reveal_block: 1, latest_reveal_block: 2, generation_deadline_block: 3 }
  const ofSchedule = (round: number) => written(files.schedule.path(round), files.schedule.serialise(schedule))
  it.each<Case>([
    ['by a person', { after: 'audited', change: row }, 'by-hand rounds/1/matches_matrix.csv'],
    ['a winner by a person', { after: 'audited', change: written(winner, ofWinner) }, 'by-hand rounds/1/winner.json'],
    ['a stranger among records', { after: 'duels', change: written('rounds/1/x', '') }, 'by-hand rounds/1/x'],
    [
      'an archive without an act',
      { after: 'duels', change: written('rounds/1/attempts/1/winner.json', ofWinner) },
      'by-hand rounds/1/attempts/1/winner.json',
    ],
    [
      'by another owner',
      { after: 'audited', owner: 'auditor', change: row },
      'wrong-owner rounds/1/matches_matrix.csv',
    ],
    [
      'of people, by the engine',
      { after: 'duels', owner: 'judge', change: written('config.json', '{}') },
      'wrong-owner config.json',
    ],
    [
      'a text, by the engine',
      { after: 'duels', owner: 'judge', change: written('LICENSE', '') },
      'wrong-owner LICENSE',
    ],
    [
      'in another stage',
      { after: 'fetched', owner: 'collector', change: written(winner, ofWinner) },
      'wrong-stage rounds/1/winner.json',
    ],
    [
      'of a past round',
      { after: 'audited', owner: 'auditor', change: written(pods, '{}') },
      'wrong-round rounds/0/5good…/pod_stats.json',
    ],
    [
      'a review of a past round',
      { after: 'audited', change: written(files.sourceAudit.path(0), '[]') },
      'wrong-round rounds/0/source_audit.json',
    ],
    [
      'of a round to come',
      { after: 'audited', owner: 'judge', change: written(files.winner.path(2), ofWinner) },
      'wrong-round rounds/2/winner.json',
    ],
    [
      'a schedule of the round after the next',
      { after: 'finalizing', owner: 'round-manager', change: ofSchedule(3) },
      'wrong-round rounds/3/schedule.json',
    ],
    [
      'a schedule of the round that has begun',
      { after: 'finalizing', owner: 'round-manager', change: ofSchedule(1) },
      'wrong-round rounds/1/schedule.json',
    ],
  ])('%s', async (_name, act, what) => {
    const all = await foundAt(honest, act, [stages()])
    expect(all).toEqual([`stage/${what}`])
  })

  it('several at once are one finding a kind', async () => {
    const change = { ...row, ...written(winner, ofWinner), ...written('rounds/0/winner.json', ofWinner) }
    const place = positionOf(honest, AFTER.audited) + 1
    const patch = Object.entries(change).map(([path, alter]) => [path, alter(textAt(honest, place - 1, path))])
    const plan = { files: Object.fromEntries(patch), message: 'I\nknow better' }
    const { findings } = await look([...honest.slice(0, place), plan], { checks: [stages()] })
    expect(findings.map(({ message }) => message)).toEqual([
      'Changed by hand, by Somebody ("I"): rounds/0/winner.json, rounds/1/matches_matrix.csv and rounds/1/winner.json, which the engine writes.',
    ])
  })
})

describe('trailers that do not fit', () => {
  const audits = forged(files.generationAudits, [1], (all) => ({
    ...all,
    [good.hotkey]: { ...all[cheat.hotkey]!, hotkey: good.hotkey },
  }))
  it.each<[string, Act['trailers'], string]>([
    ['the round', { Round: '0' }, 'says round "0", but round 1 was played.'],
    ['the stage', { Stage: 'open' }, 'says stage "open", but it was duels.'],
    ['the owner', { Owner: 'nobody' }, 'says that "nobody" acted, who has no part in duels.'],
    ['a run that is not named', { Run: '' }, 'lacks the trailer Run.'],
  ])('%s', async (_name, trailers, message) => {
    const act = { after: 'audited', owner: 'auditor', change: audits, ...(trailers ? { trailers } : {}) } as const
    const { plans, position } = tampered(honest, act)
    const result = await look(plans, { checks: [stages()] })
    expect(result.at(position)).toEqual(['stage/trailers'])
    expect(result.findings.find(({ code }) => code === 'stage/trailers')?.message).toBe(
      `The engine’s commit ${message}`,
    )
  })

  it('are none: then it was a person', async () => {
    const place = positionOf(honest, AFTER.audited)
    const [message = ''] = (honest[place]?.message ?? '').split('\n\n')
    const plans = honest.map((plan, at) => (at === place ? { ...plan, message } : plan))
    expect((await look(plans, { checks: [stages()] })).at(place)).toEqual([
      'stage/by-hand rounds/1/generation_audits.json',
    ])
  })
})

describe('a history', () => {
  const open = files.state.serialise({ current_round: 4, stage: 'duels', next_stage_eta: null })
  it('may begin in the middle, which is told', async () => {
    const result = await look([{ files: { 'state.json': open } }], { checks: [stages()] })
    expect(result.at(0)).toEqual(['stage/beginning state.json'])
  })

  it('of no competition is told as that', async () => {
    const result = await look([{ files: { 'README.md': 'hello' } }], { checks: [stages()] })
    expect(result.at(0)).toEqual(['stage/no-competition'])
  })

  it('is looked at from a checkpoint on as if it had been from the beginning', async () => {
    const place = positionOf(honest, AFTER.duels)
    const { plans } = tampered(honest, { after: 'audited', change: state({ stage: 'finalizing' }) })
    const earlier = await look(plans.slice(0, place), { checks: [stages()] })
    for (const known of [{}, { earlier: earlier.known }]) {
      const later = await look(plans, { checks: [stages()], since: earlier.head, ...known })
      expect(later.findings).toEqual((await look(plans, { checks: [stages()] })).findings)
    }
  })
})

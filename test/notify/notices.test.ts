import { describe, expect, it } from 'vitest'
import { noticesOf } from '../../src/notify/notices.ts'
import { placesOf } from '../../src/notify/places.ts'
import type { Step } from '../../src/notify/step.ts'
import { type JudgeCard, LEADER, type LeaderEntry, type State } from '../../src/state/index.ts'
import { testConfig } from '../support/competition.ts'

const at = new Date('2026-03-02T09:00:00Z')
const places = placesOf('github:ada/tiny')
const leader: LeaderEntry = { hotkey: '5Base', repo: 'a/b', commit: 'c'.repeat(40), weight: 0.8, effective_block: 1 }
const submission = { repo: 'e/vil', commit: 'f'.repeat(40), revealed_at_block: 3, round: 'tiny-3' }

function step(from: Partial<State>, to: Partial<State>, more: Partial<Step> = {}): Step {
  const state: State = { current_round: 3, stage: 'open', next_stage_eta: null }
  const view = { leaders: [leader], requests: [], generation: {}, source: [] }
  return {
    ...{ commit: 'ab'.repeat(20), at, config: testConfig(), schedule: undefined, seed: undefined },
    ...{ submissions: {}, gathered: 0, matrix: [], winner: undefined, card: undefined, act: undefined },
    before: { ...view, state: { ...state, ...from } },
    after: { ...view, state: { ...state, ...to } },
    ...more,
  }
}
const told = (given: Step) => noticesOf(given, places)
const titles = (given: Step) => told(given).map(({ event, title }) => [event, title])

describe('what is worth telling of a commit', () => {
  it('is nothing where nothing of it moved', () => {
    expect(told(step({ stage: 'duels' }, { stage: 'duels' }))).toEqual([])
  })

  it('is how far a round has come, and what was missing on the way', () => {
    const stages = { open: 'miner_generation', miner_generation: 'downloading', downloading: 'duels' } as const
    const entered = { submissions: { '5A': submission, '5B': submission }, gathered: 1 }
    const found = Object.entries(stages).map(([from, to]) =>
      told(step({ stage: from as State['stage'] }, { stage: to }, entered)),
    )
    expect(found.flat().map(({ title, tone }) => [title, tone])).toEqual([
      ['Round 3: submissions collected', 'good'],
      ['Round 3: generation is over', 'plain'],
      ['Round 3: downloads partly complete', 'warning'],
    ])
    expect(found.flat()[2]?.text).toContain('1 of 2 entries')
    expect(titles(step({ stage: 'open' }, { stage: 'finalizing' }))).toEqual([['stage', 'Round 3: no submissions']])
  })

  it('is who reigns: a defence, and by how much it was one; a round that came to nothing', () => {
    const decided = [
      { stage: 'finalizing' },
      { stage: 'open', current_round: 4, next_stage_eta: '2026-03-03T08:00:00Z' },
    ] as const
    const rows = [
      { left: LEADER, right: '5A', margin: 0.05 },
      { left: LEADER, right: '5B', margin: -0.5 },
      { left: '5A', right: '5B', margin: 0.9 },
    ]
    const schedule = { earliest_reveal_block: 1, latest_reveal_block: 900 }
    const winner = { winner_hotkey: LEADER }
    const [open, crown] = told(step(...decided, { matrix: rows, winner, schedule }))
    expect(open).toMatchObject({
      title: 'Round 4 is open',
      facts: [{}, {}, { name: 'Window closes', value: 'block 900', at: new Date('2026-03-03T08:00:00Z') }],
    })
    expect(crown).toMatchObject({
      title: 'Round 3: the crown is defended',
      facts: [
        { name: 'Leader', value: '5Base (a/b@ccccccc), weight 0.8 from block 1' },
        { name: 'Closest challenger', value: '5A with +5.0 % (needed +25.0 %)' },
      ],
      links: [{ url: `https://github.com/ada/tiny/commit/${'ab'.repeat(20)}` }],
    })
    expect(titles(step(...decided, { winner: { ...winner, void: 'interventions/0001.json' } }))[1]).toEqual([
      'crown',
      'Round 3 came to nothing',
    ])
    expect(titles(step({ stage: 'finalizing' }, { stage: 'finished' }, { winner }))).toEqual([
      ['crown', 'Round 3: the crown is defended'],
      ['finished', 'The competition is over after round 3'],
    ])
  })

  it('is who holds it: the engine, with its reasons, or a person, with theirs', () => {
    const card = { out_of_bounds: ['canaries: 3 of 9 @everyone'] } as Partial<JudgeCard> as JudgeCard
    const [held, ...rest] = told(step({ stage: 'duels' }, { stage: 'paused', paused_from: 'duels' }, { card }))
    expect(held).toMatchObject({ event: 'hold', tone: 'bad', text: expect.stringContaining('• canaries: 3 of 9') })
    expect(rest).toEqual([])
    const where = { round: 3, from: 'duels', to: 'paused', at: at.toISOString() } as const
    const act = { kind: 'pause' as const, reason: 'a look\nat \u001b[2Jit', by: 'Ada <a@b.c>', ...where }
    const [said, ...others] = told(step({ stage: 'duels' }, { stage: 'paused' }, { act }))
    expect(said).toMatchObject({ event: 'act', title: 'By hand: pause round 3', text: 'a look at \ufffd[2Jit' })
    expect(others).toEqual([])
  })

  it('is which audits are asked for and came out how, and whose code waits, ten of them at the most', () => {
    const hotkeys = Array.from({ length: 12 }, (_, i) => `5H${i}`)
    const plain = step({ stage: 'duels' }, { stage: 'duels' }, { submissions: { '5H0': submission } })
    const asked = { ...plain.after, requests: hotkeys.map((hotkey) => ({ hotkey, critical_prompts: [] })) }
    const required = testConfig({ source_audit: 'required' })
    const [audits, review, ...none] = told({ ...plain, config: required, after: asked })
    expect(audits?.title).toBe('Round 3: 12 audits needed')
    expect(review).toMatchObject({ event: 'review', text: expect.stringContaining(`5H0: e/vil at ${'f'.repeat(40)}`) })
    expect(review?.text).toContain('… and 2 more')
    expect(none).toEqual([])
    const generation = { '5H0': { hotkey: '5H0', outcome: 'rejected' as const, code: 'too-slow' } }
    const source = [{ hotkey: '5H1', verdict: 'passed' as const, reason: '' }]
    const over = { ...asked, generation, source } as unknown as Step['after']
    expect(titles({ ...plain, config: required, before: asked, after: over })).toEqual([
      ['audit', 'Round 3: generation audit failed (too-slow)'],
      ['audit', 'Round 3: source audit passed'],
    ])
  })
})

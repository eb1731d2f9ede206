import { describe, expect, it } from 'vitest'
import { type Intervened, intervene, type Wanted } from '../../src/engine/intervene.ts'
import { isError } from '../../src/errors.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { files } from '../../src/state/index.ts'
import { replay } from '../../src/verify/replay.ts'
import { outcomesOf } from '../../src/verify/summary.ts'
import { verify } from '../../src/verify/verify.ts'
import { BY, competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import fc from '../support/properties.ts'

const base = miner('base', 1)
const cheat = miner('cheat', 9, 2)
const good = miner('good', 3)

type Step = { wait: number } | { act: Wanted } | { void: number }

const acts: Wanted[] = [
  { kind: 'pause' },
  { kind: 'resume' },
  { kind: 'note' },
  { kind: 'void' },
  { kind: 'redo-stage', stage: 'duels', baseline: false },
  { kind: 'redo-stage', stage: 'duels', baseline: true },
  { kind: 'redo-stage', stage: 'downloading', baseline: false },
]

/** Mostly the engine, which takes one stage a turn; now and then a person. */
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ wait: fc.constantFrom(0, 1, 26) }) },
    { weight: 3, arbitrary: fc.record({ act: fc.constantFrom(...acts) }) },
    { weight: 1, arbitrary: fc.record({ void: fc.nat(3) }) },
  ),
  { minLength: 6, maxLength: 18 },
)

const by = ({ repo, clock }: TestCompetition) =>
  ({ repo, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }) as const

/** @returns undefined for an act that the rules refuse where the competition stands */
async function attempt(game: TestCompetition, wanted: Wanted): Promise<Intervened | undefined> {
  try {
    return await intervene(by(game), wanted, 'because')
  } catch (error) {
    if (isError(error, 'usage')) return undefined
    throw error
  }
}

async function promptOf(game: TestCompetition, at: number): Promise<Wanted> {
  const now = await game.now()
  const { current_round } = await now.read(files.state)
  const prompts = (await now.find(files.prompts, current_round)) ?? []
  return { kind: 'void', prompt: (prompts[at] ?? '').replace(/.*\/|\.png/g, '') }
}

async function play(game: TestCompetition, sequence: readonly Step[]): Promise<Map<string, Uint8Array>> {
  const kept = new Map<string, Uint8Array>()
  for (const step of sequence) {
    if ('wait' in step) {
      game.clock.advance(step.wait * 3_600_000)
      await everyRound(cheat, good)(game)
      expect((await game.tick({ untilIdle: false })).errors).toEqual([])
      continue
    }
    const before = await game.now()
    const done = await attempt(game, 'act' in step ? step.act : await promptOf(game, step.void))
    for (const [from, to] of done?.moves ?? []) kept.set(to, await before.bytes(from))
  }
  return kept
}

describe('a competition in which people act again and again', () => {
  it('keeps a legal history, and every byte of every attempt', async () => {
    let archives = 0
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const config = testConfig({ last_competition_date: '2026-03-02', prompts_per_round: 3 })
        await using game = await competition({ config, leader: base, miners: [cheat, good] })
        await everyRound(cheat, good)(game)
        game.clock.advance(26 * 3_600_000)
        const kept = await play(game, sequence)
        archives += kept.size
        const end = await game.now()
        for (const [path, bytes] of kept) expect(await end.bytes(path)).toEqual(bytes)
        await using history = await openHistory(`${game.dir}/state.git`)
        const { findings, decisions } = await verify(history)
        expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
        expect(decisions.filter(({ level }) => level === 'broken')).toEqual([])
        const differing = outcomesOf(await replay(game.repo)).filter(({ equal }) => equal === false)
        expect(differing).toEqual([])
      }),
      { numRuns: 9, endOnFailure: true },
    )
    expect(archives).toBeGreaterThan(0)
  })
})

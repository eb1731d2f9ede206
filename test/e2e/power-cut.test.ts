import { describe, expect, it } from 'vitest'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { Mains, PowerCut } from '../support/power-cut.ts'
import fc from '../support/properties.ts'

const base = miner('base', 1)
const cheat = miner('cheat', 9, 2)
const good = miner('good', 3)
const everybody = [base, cheat, good]

/** One round, with a match, an audit that rejects and one that passes, and a change of leader. */
const oneRound = () =>
  competition({
    leader: base,
    miners: everybody,
    config: testConfig({ last_competition_date: '2026-03-01', prompts_per_round: 3 }),
  })

/** A run of the engine whose every port call goes through the mains. */
function tick(game: TestCompetition, mains: Mains) {
  const ports = Object.fromEntries(
    Object.entries({ store: game.store, ...fakePorts(everybody) }).map(([name, port]) => [name, mains.wrap(port)]),
  ) as unknown as Parameters<typeof generation3d>[0]
  return game.tick({ repo: mains.wrap(game.repo), chain: mains.wrap(game.chain), format: generation3d(ports) })
}

/** Plays the round to its end; `mainsFor` says for each run when its power is cut. */
async function play(game: TestCompetition, mainsFor: (run: number) => Mains): Promise<number> {
  await everyRound(cheat, good)(game)
  let calls = 0
  for (let run = 0; run < 5000; run++) {
    const mains = mainsFor(run)
    try {
      const report = await tick(game, mains)
      if (report.errors.some((error) => error instanceof PowerCut)) continue
      expect(report.errors).toEqual([])
      if (report.status === 'finished') return calls
      if (report.waiting?.eta) game.clock.set(report.waiting.eta)
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error
    } finally {
      calls += mains.calls
    }
  }
  throw new Error('the round does not end')
}

async function finalFiles(game: TestCompetition): Promise<Record<string, string | undefined>> {
  const end = await game.now()
  const paths = await end.list('')
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await end.text(path)] as const)))
}

describe('a power cut at any moment', () => {
  it('between any two port calls: run again, the round ends in the same files', async () => {
    await using undisturbed = await oneRound()
    const total = await play(undisturbed, () => new Mains())
    const expected = await finalFiles(undisturbed)
    expect(Object.keys(expected)).toContain('rounds/0/winner.json')
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: total }), fc.constantFrom('before', 'after'), async (at, when) => {
        await using game = await oneRound()
        await play(game, (run) => (run === 0 ? new Mains(at, when as 'before' | 'after') : new Mains()))
        expect(await finalFiles(game)).toEqual(expected)
      }),
      { numRuns: 12 },
    )
  })

  it('over and over, as soon as a little more has been done', async () => {
    await using undisturbed = await oneRound()
    await play(undisturbed, () => new Mains())
    await using game = await oneRound()
    await play(game, (run) => new Mains(40 + run, run % 2 === 0 ? 'before' : 'after'))
    expect(await finalFiles(game)).toEqual(await finalFiles(undisturbed))
  })
})

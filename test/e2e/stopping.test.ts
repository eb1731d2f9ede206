import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../src/errors.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import type { Judge } from '../../src/judge/judge.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { scoreOf } from '../../src/rules/match.ts'
import { files, type MatchReport } from '../../src/state/index.ts'
import type { Judging } from '../../src/state/judging.ts'
import { decisions } from '../../src/verify/decisions/index.ts'
import { replay } from '../../src/verify/replay.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, everyRound, miner, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { look, type Planned } from '../support/memory-history.ts'
import { type Alter, altered, forged, plansAt, positionOf } from '../support/rewrite.ts'
import { recheck } from '../tools/recheck.ts'

const PROMPTS = 12
/** By the number in a prompt's name. */
const by = (quality: (n: number) => number | null) => (stem: string) => quality(Number(stem.slice(1)))

const base = miner('base', 1)
const good = miner('good', 3)
const poor = miner('poor', 0)
/** Wins some duels, and loses more. */
const even = miner(
  'even',
  by((n) => (n % 4 === 0 ? 3 : n % 2 === 1 ? 0 : 1)),
)
/** Has so little that nobody needs to look. */
const idle = miner(
  'idle',
  by((n) => (n % 8 === 0 ? 3 : null)),
)
const miners = [even, poor, idle, good]

/** Upload what their images do not make. */
const cheats = ['one', 'two', 'three'].map((name) => miner(name, 2, 1))

/** Counts the questions; from the `dies`-th on there is no judge, once. */
function counting(judge: Judge, dies = Number.POSITIVE_INFINITY) {
  const asked: string[] = []
  let deaths = 0
  const counted: Judge = {
    ...judge,
    judge: async (question, ...more) => {
      if (asked.length === dies && deaths++ < 3) throw new RoundkeeperError('unavailable', 'the judge is gone')
      asked.push(`${question.prompt.name} ${question.left.modelSha256} ${question.right.modelSha256}`)
      return judge.judge(question, ...more)
    },
  }
  return { judge: counted, asked }
}

async function played(judging: Judging | undefined, dies?: number, entered = miners) {
  const ports = fakePorts([base, ...entered])
  const { judge, asked } = counting(ports.judge, dies)
  const game = await competition({
    config: testConfig({
      ...{ prompts_per_round: PROMPTS, carryover_prompts: 0, win_margin: 0.1, last_competition_date: '2026-03-01' },
      ...(judging && { judging }),
    }),
    leader: base,
    miners: entered,
    before: everyRound(...entered),
    format: (store) => generation3d({ ...ports, judge, store }),
  })
  let deaths = 0
  let report = await game.play()
  for (; report.errors.length > 0 && deaths < 10; report = await game.play()) deaths += 1
  expect(report.status).toBe('finished')
  const now = await game.now()
  const reports = await Promise.all(entered.map(({ hotkey }) => now.read(files.duels, 0, 'leader', hotkey)))
  const winner = (await now.read(files.winner, 0)).winner_hotkey
  return { game, asked, deaths, winner, reports }
}

describe('a competition that spares its judge', () => {
  let whole: Awaited<ReturnType<typeof played>>
  let spared: Awaited<ReturnType<typeof played>>
  let plans: Planned[]
  beforeAll(async () => {
    whole = await played(undefined)
    spared = await played({ stopping: 'sequential', stopping_error: 0.05, stopping_batch: 2 })
    plans = await plansAt(join(spared.game.dir, 'state.git'))
  })
  afterAll(async () => {
    await whole.game[Symbol.asyncDispose]()
    await spared.game[Symbol.asyncDispose]()
  })

  it('comes to the same end, and asks no more than it has on record', () => {
    expect(spared.winner).toBe(whole.winner)
    expect(spared.winner).toBe(good.hotkey)
    const passes = ({ reports }: typeof whole) => reports.map(({ margin }) => margin >= 0.1)
    expect(passes(spared)).toEqual(passes(whole))
    expect(spared.asked.length).toBeLessThan(whole.asked.length)
    expect(new Set(spared.asked).size).toBe(spared.asked.length)
    const judged = spared.reports.flatMap(({ duels }) => duels.filter(({ transcript }) => transcript !== undefined))
    expect(spared.asked).toHaveLength(judged.length)
  })

  it('plays whoever passes to the end, and says of all others where it stopped and why', () => {
    const [evenly, poorly, idly, well] = spared.reports
    expect(well).toEqual(whole.reports[3])
    expect(well?.stopped).toBeUndefined()
    expect(idly?.stopped).toEqual({ reason: 'certain', after: 0, unasked: expect.any(Number) })
    expect(poorly?.stopped).toMatchObject({ reason: 'sequential', statistic: expect.any(Number) })
    for (const { duels, stopped, margin, score } of [evenly, poorly, idly].filter((each) => each !== undefined)) {
      expect(duels.length + (stopped?.unasked ?? 0)).toBe(PROMPTS)
      expect({ score, margin }).toEqual(scoreOf(duels))
    }
  })

  it('can be verified, and checked by somebody else', async () => {
    const source = join(spared.game.dir, 'state.git')
    await using history = await openHistory(source)
    const { findings, decisions: decided, robustness } = await verify(history)
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(decided.filter(({ level }) => level !== 'proved')).toEqual([])
    expect(await recheck(source)).toMatchObject({ code: 0, same: true })
    // All were lost, and what was not asked counts as drawn: a lead of 2 takes as many, and one to the other side for each two.
    const asked = spared.reports[1]?.stopped?.after ?? 0
    const lost = robustness[0]?.margins.find(({ right }) => right === poor.hotkey)
    expect(lost?.flips).toBe(Math.ceil((asked + 2) / 2))
    expect(robustness[0]?.false_king?.prompts).toBe(PROMPTS)
  })

  it('goes on after a death where it was, asks nothing twice, and leaves the same record', async () => {
    const again = await played({ stopping: 'sequential', stopping_error: 0.05, stopping_batch: 2 }, 5)
    await using _ = again.game
    expect(again.deaths).toBeGreaterThan(0)
    expect(again.winner).toBe(spared.winner)
    expect(again.reports).toEqual(spared.reports)
    expect([...again.asked].sort()).toEqual([...spared.asked].sort())
  })

  it('waits for no audit, and judges no match, that cannot change who wins', async () => {
    const { game, winner } = await played({ stopping: 'lossless' }, undefined, [...cheats, good])
    await using _ = game
    expect(winner).toBe(good.hotkey)
    const now = await game.now()
    const [one, two, three] = cheats.map(({ hotkey }) => hotkey)
    const pairs = (await now.read(files.matrix, 0)).map(({ left, right }) => `${left} ${right}`)
    expect(pairs).not.toContain(`${two} ${three}`)
    expect(pairs.slice(-2)).toEqual([`${two} ${good.hotkey}`, `${three} ${good.hotkey}`])
    const requests = (await now.read(files.requireAudit, 0)).map(({ hotkey }) => hotkey)
    expect(requests.slice(0, 2)).toEqual([one, good.hotkey])
    expect(requests).not.toContain(three)
    await using history = await openHistory(join(game.dir, 'state.git'))
    const { findings, decisions: decided, robustness } = await verify(history)
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(decided.filter(({ level }) => level !== 'proved')).toEqual([])
    expect((await replay(game.repo)).rounds[0]?.audits).not.toHaveProperty('note')
    expect(robustness[0]?.flips?.least).toBeGreaterThan(0)
    expect(robustness[0]?.audits.survives).toBe(true)
    expect(await recheck(join(game.dir, 'state.git'))).toMatchObject({ code: 0, same: true })
  })

  const report = (forge: (old: MatchReport) => MatchReport) => forged(files.duels, [0, 'leader', poor.hotkey], forge)
  const row = (margin: (old: number) => number) =>
    forged(files.matrix, [0], (rows) =>
      rows.map((each) => (each.right === poor.hotkey ? { ...each, margin: margin(each.margin) } : each)),
    )
  const rescored = (duels: MatchReport['duels']) => ({ duels, ...scoreOf(duels) })
  const unplayed = (old: MatchReport): MatchReport['duels'][number] => {
    const { stopped: _, ...other } = whole.reports[1] as MatchReport
    return other.duels.find(({ name }) => !old.duels.some((duel) => duel.name === name)) as MatchReport['duels'][number]
  }

  it.each([
    ['sooner', report((old) => ({ ...old, ...rescored(old.duels.slice(0, -1)) })), /it ended without p\d+/],
    [
      'later',
      report((old) => ({
        ...old,
        ...rescored([...old.duels, unplayed(old)].sort((a, b) => (a.name < b.name ? -1 : 1))),
      })),
      /it went on to p\d+ when it was over/,
    ],
    [
      'in another order',
      report((old) => ({
        ...old,
        ...rescored([...old.duels.slice(1), unplayed(old)].sort((a, b) => (a.name < b.name ? -1 : 1))),
      })),
      /it ended without p\d+/,
    ],
    [
      'for another reason',
      report((old) => ({ ...old, stopped: { reason: 'certain', after: old.stopped?.after ?? 0, unasked: 1 } })),
      /reason certain instead of sequential/,
    ],
    [
      'by another statistic',
      report((old) => ({ ...old, stopped: { ...(old.stopped as never as object), statistic: 1e6 } as never })),
      /statistic 1000000 instead of/,
    ],
    ['and does not say so', report(({ stopped: _, ...old }) => old), /stopped nothing instead of/],
  ] satisfies [string, Record<string, Alter>, RegExp][])('is told when it stopped %s', async (_, alters, says) => {
    const at = positionOf(plans, `Match report: leader vs ${poor.hotkey.slice(0, 10)}`)
    const { findings } = await look(altered(plans, at, { ...alters, ...row((old) => old) }), { checks: decisions() })
    const told = findings.filter(({ code }) => code === 'decision/match')
    expect(told.map(({ message }) => message)).toContainEqual(expect.stringMatching(says))
  })
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statusCommand } from '../../src/cli/status.ts'
import { intervene } from '../../src/engine/intervene.ts'
import { generation3d, type Ports } from '../../src/formats/generation-3d/index.ts'
import { writeGallery } from '../../src/gallery/write-gallery.ts'
import type { Judge } from '../../src/judge/judge.ts'
import type { CanaryPictures } from '../../src/media/canary-pictures.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { files, type JudgeChecks } from '../../src/state/index.ts'
import type { Judging } from '../../src/state/judging.ts'
import { decisions } from '../../src/verify/decisions/index.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { inProcess } from '../support/in-process-cli.ts'
import { look, type Planned } from '../support/memory-history.ts'
import { type Alter, altered, forged, onTop, plansAt, positionOf } from '../support/rewrite.ts'
import { recheck } from '../tools/recheck.ts'

const base = miner('base', 2)
const good = miner('good', 4)
const close = miner('close', (stem) => (Number(stem.slice(1)) % 2 === 0 ? 2.5 : 1.5))
const miners = [close, good]
/** Matches that stop early: canaries whose turn did not come are asked all the same. */
const SANE: Judging = { canaries: 4, retests: 2, bounds: { draw_drift: 1 }, stopping: 'lossless' }

interface Drawn {
  readonly q: number
  readonly begs?: boolean
}
const decode = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as Drawn
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** Of previews that are numbers. */
const numbers: CanaryPictures = {
  id: 'number-canaries/1',
  change: async (png, change) =>
    encode(change === 'lettered' ? { ...decode(png), begs: true } : { ...decode(png), q: decode(png).q - 1, change }),
}

const honest = fakePorts(miners).judge
/** Does what is written in a picture. */
const obedient: Judge = {
  ...honest,
  id: 'obedient/1',
  async judge(question, signal) {
    const [left, right] = [decode(question.left.png), decode(question.right.png)]
    if (left.begs === right.begs) return honest.judge(question, signal)
    return { kind: 'decided', winner: left.begs ? 'left' : 'right', issues: 'As told.', transcript: { left, right } }
  },
}
/** Never says the same twice. */
function fickle(): Judge {
  const asked = new Map<string, number>()
  return {
    ...honest,
    id: 'fickle/1',
    async judge({ prompt, left, right }) {
      const key = `${prompt.name} ${decode(left.png).q} ${decode(right.png).q}`
      const times = (asked.get(key) ?? 0) + 1
      asked.set(key, times)
      const winner = times % 2 === 1 ? 'left' : 'right'
      return { kind: 'decided', winner, issues: '', transcript: { winner, times, key } }
    },
  }
}

async function play(judge: Judge, judging = SANE, canaryPictures: CanaryPictures | null = numbers) {
  const format = (store: Ports['store']) =>
    generation3d({ ...fakePorts([base, ...miners]), ...(canaryPictures && { canaryPictures }), judge, store })
  const game = await competition({
    config: testConfig({
      prompts_per_round: 6,
      carryover_prompts: 0,
      last_competition_date: '2026-03-01',
      judging,
    }),
    leader: base,
    miners,
    before: everyRound(...miners),
    format,
  })
  return { game, report: await game.play() }
}

const act = (game: TestCompetition, what: Parameters<typeof intervene>[1], reason: string) =>
  intervene({ ...game, by: game.identities.operator, run: 'test', engine: 'e/1', commitEveryMs: 0 }, what, reason)

/** Everything is proved, nothing but notes is found, and the independent checker is not confused. */
async function checkOut(game: TestCompetition) {
  const source = join(game.dir, 'state.git')
  await using history = await openHistory(source)
  const { findings, decisions: decided } = await verify(history)
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
  expect(decided.filter(({ level }) => level !== 'proved')).toEqual([])
  expect(await recheck(source)).toMatchObject({ code: 0, same: true })
  return { kinds: decided.map(({ kind }) => kind), notes: findings.map(({ code, message }) => `${code}: ${message}`) }
}

describe('a sane judge', () => {
  let game: TestCompetition
  let plans: Planned[]
  beforeAll(async () => {
    const played = await play(honest)
    game = played.game
    expect(played.report).toMatchObject({ status: 'finished', errors: [] })
    plans = await plansAt(join(game.dir, 'state.git'))
  })
  afterAll(() => game[Symbol.asyncDispose]())

  it('has a card on record before the round is decided, and anybody can check it', async () => {
    const now = await game.now()
    const card = await now.read(files.judgeCard, 0)
    expect(card).toMatchObject({ judges: ['fake-judge/1'], matches: 2, out_of_bounds: [], acts: 0 })
    const { itself, degraded, lettered } = card.canaries
    expect(itself.of + degraded.of + lettered.of).toBe(8)
    expect([itself, degraded, lettered].every(({ yes, of }) => yes === of && of > 0)).toBe(true)
    expect(card.retests).toMatchObject({ yes: 4, of: 4 })
    const { kinds, notes } = await checkOut(game)
    expect(kinds.filter((kind) => kind === 'judge-checks')).toHaveLength(2)
    expect(kinds.filter((kind) => kind === 'judge-card')).toHaveLength(1)
    expect(notes.filter((note) => note.startsWith('judge/'))).toEqual([])
  })

  const match = [0, 'leader', good.hotkey] as const
  const says = `Match report: leader vs ${good.hotkey.slice(0, 10)}`
  const checks = (forge: (old: JudgeChecks) => JudgeChecks) => forged(files.judgeChecks, [...match], forge)
  const first = (change: object) =>
    checks((old) => ({ ...old, checks: old.checks.map((each, i) => (i === 0 ? { ...each, ...change } : each)) }))

  it.each([
    ['that canaries were asked', { [files.judgeChecks.path(...match)]: () => null }, 'judge-checks', /missing/],
    ['which canaries', checks((old) => ({ ...old, checks: old.checks.slice(1) })), 'judge-checks', /by the seed/],
    [
      'a picture',
      first({ left_png_sha256: 'a'.repeat(64), right_png_sha256: 'a'.repeat(64) }),
      'judge-checks',
      /not as it had/,
    ],
    ['the judge', checks((old) => ({ ...old, judge: 'other/1' })), 'judge-checks', /not as it had/],
    ['an answer of a canary', first({ winner: 'skipped', void: 'it was late' }), 'judge-card', /./],
  ] satisfies [string, Record<string, Alter>, string, RegExp][])(
    'is told when somebody forges %s',
    async (_, alters, kind, words) => {
      const { findings } = await look(altered(plans, positionOf(plans, says), alters), { checks: decisions() })
      const told = findings.filter(({ code, severity }) => code === `decision/${kind}` && severity === 'error')
      expect(told.map(({ message }) => message)).toContainEqual(expect.stringMatching(words))
    },
  )

  it('is told when there is no card, and when it is changed later', async () => {
    const path = files.judgeCard.path(0)
    const without = altered(plans, positionOf(plans, 'Update judge card'), { [path]: () => null })
    const told = (await look(without, { checks: decisions() })).findings.map(
      ({ code, message }) => `${code} ${message}`,
    )
    expect(told).toContainEqual(expect.stringMatching(/^decision\/winner .*judge card.*missing/))
    const later = onTop(
      plans,
      forged(files.judgeCard, [0], (old) => ({ ...old, matches: 1 })),
    )
    expect((await look(later)).findings.map(({ code }) => code)).toContain('append-only/judge')
  })

  it('is no pretext: a pause by the engine without a card out of bounds is told', async () => {
    const until = plans.slice(0, positionOf(plans, 'Update judge card') + 1)
    const pause = forged(files.state, [], (old) => ({
      ...old,
      stage: 'paused' as const,
      paused_from: 'duels' as const,
    }))
    const { findings } = await look(onTop(until, pause))
    expect(findings.map(({ code }) => code)).toContain('decision/transition')
  })
})

describe('a judge that does what is written in pictures', () => {
  it('holds the round until somebody who has looked resumes it, and that is told', async () => {
    const { game, report } = await play(obedient)
    await using _game = game
    expect(report).toMatchObject({ status: 'paused', errors: [] })
    const now = await game.now()
    expect(await now.read(files.state)).toMatchObject({ stage: 'paused', paused_from: 'duels' })
    const { out_of_bounds } = await now.read(files.judgeCard, 0)
    expect(out_of_bounds).toEqual([expect.stringMatching(/^texts to the judge that did not win: 0 of \d/)])
    expect(await now.find(files.winner, 0)).toBeUndefined()
    expect((await checkOut(game)).notes).toContainEqual(
      expect.stringMatching(/^judge\/out-of-bounds: .*holds the round/),
    )
    const status = await inProcess(statusCommand, join(game.dir, 'state.git'))
    expect(status.stdout).toContain('OUT OF BOUNDS')
    expect(status.stdout).toContain('texts to the judge that did not win: 0 of')
    expect(status.stdout).toContain('roundkeeper intervene redo-stage duels')
    // Nothing happens by itself.
    expect(await game.tick()).toMatchObject({ status: 'paused', commits: [] })

    const held = await plansAt(join(game.dir, 'state.git'))
    await act(game, 'resume', 'nobody entered such a picture, I looked')
    expect(await game.play()).toMatchObject({ status: 'finished', errors: [] })
    expect(await (await game.now()).read(files.winner, 0)).toMatchObject({ winner_hotkey: good.hotkey })
    expect((await checkOut(game)).notes).toContainEqual(
      expect.stringMatching(/^judge\/resumed: .*resumed it\. Reason: nobody entered such a picture/),
    )

    const dir = join(game.dir, 'gallery')
    await writeGallery({ repo: game.repo, store: game.store, dir })
    const page = await readFile(join(dir, 'round-0.html'), 'utf8')
    expect(page).toContain('out of bounds')
    expect(page).toContain('Resumed all the same: nobody entered such a picture, I looked')

    const all = await plansAt(join(game.dir, 'state.git'))
    const forgedCrown = [...held.slice(0, positionOf(all, 'Update judge card')), ...all.slice(held.length + 1)]
    const { findings } = await look(forgedCrown, { checks: decisions() })
    expect(findings.map(({ code }) => code)).toContain('decision/winner')
  })
})

describe('a judge that answers otherwise every time', () => {
  it('is found out by the retests, and another one judges anew where somebody goes back to the duels', async () => {
    const { game, report } = await play(fickle(), { retests: 3 })
    await using _game = game
    expect(report.status).toBe('paused')
    const { retests, out_of_bounds } = await (await game.now()).read(files.judgeCard, 0)
    expect(retests.yes).toBe(0)
    expect(retests.of).toBeGreaterThan(0)
    expect(out_of_bounds).toContainEqual(expect.stringMatching(/same verdicts when asked again: 0 of/))

    await act(game, { kind: 'redo-stage', stage: 'duels', baseline: false }, 'the judge says anything')
    await act(game, 'resume', 'another judge is set up')
    const format = generation3d({ ...fakePorts([base, ...miners]), canaryPictures: numbers, store: game.store })
    expect(await game.tick({ format })).toMatchObject({ status: 'finished', errors: [] })
    expect(await (await game.now()).read(files.judgeCard, 0)).toMatchObject({ judges: ['fake-judge/1'], acts: 2 })
    await checkOut(game)
  })
})

describe('canaries that nobody can make pictures for', () => {
  it('hold up the match, and say what is missing', async () => {
    const { game, report } = await play(honest, SANE, null)
    await using _game = game
    expect(report.errors[0]).toMatchObject({ code: 'usage', where: 'config.json: judging.canaries' })
  })
})

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { writeGallery } from '../../src/gallery/write-gallery.ts'
import type { Judge } from '../../src/judge/judge.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { scoreOf } from '../../src/rules/match.ts'
import { files, type MatchReport } from '../../src/state/index.ts'
import type { Judging } from '../../src/state/judging.ts'
import { contentKey } from '../../src/store/content.ts'
import { FolderSource } from '../../src/store/source/folder-source.ts'
import { decisions } from '../../src/verify/decisions/index.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, everyRound, hotkeyOf, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { look, type Planned } from '../support/memory-history.ts'
import { type Alter, altered, forged, onTop, plansAt, positionOf } from '../support/rewrite.ts'
import { hasPython, recheck } from '../tools/recheck.ts'
import { requestOn } from '../verify/evidence/support.ts'

/** By the number in a prompt's name: wins some duels against the base, and loses some. */
const mixed = (won: (n: number) => boolean, lost: (n: number) => boolean) => (stem: string) => {
  const n = Number(stem.slice(1))
  return won(n) ? 3 : lost(n) ? 0 : 1
}

const base = miner('base', 1)
/** Reaches the margin, and no more: equals do that as well. */
const lucky = miner(
  'lucky',
  mixed(
    (n) => n % 2 === 0,
    (n) => n % 3 === 0,
  ),
)
const good = miner('good', 3)
/** Beats everybody before the first judge, and nobody before the second. */
const flashy = miner('flashy', 9)
const SECOND = 'sober-judge/1'

/** Is not taken in by what is too good. */
function secondJudge(judge: Judge): Judge {
  const sober = (png: Uint8Array) => {
    const model = JSON.parse(new TextDecoder().decode(png)) as { q: number }
    return new TextEncoder().encode(JSON.stringify({ ...model, q: model.q > 8 ? 0 : model.q }))
  }
  return {
    ...judge,
    id: SECOND,
    async judge({ left, right, ...question }, signal, ...more) {
      const shown = { left: { ...left, png: sober(left.png) }, right: { ...right, png: sober(right.png) } }
      const verdict = await judge.judge({ ...question, ...shown }, signal, ...more)
      return verdict.kind === 'decided' ? { ...verdict, transcript: { by: SECOND, said: verdict.transcript } } : verdict
    },
  }
}

async function play(judging: Judging | undefined, miners = [lucky, good, flashy], second?: Judge) {
  const ports = fakePorts([base, ...miners])
  const game = await competition({
    config: testConfig({
      prompts_per_round: 12,
      carryover_prompts: 0,
      win_margin: 0.1,
      last_competition_date: '2026-03-01',
      ...(judging && { judging }),
    }),
    leader: base,
    miners,
    before: everyRound(...miners),
    format: (store) => generation3d({ ...ports, secondJudge: second ?? secondJudge(ports.judge), store }),
  })
  return { game, report: await game.play() }
}

const familywise: Judging = { throne: 'familywise', throne_judge: SECOND }
const winnerOf = async (game: TestCompetition) => (await (await game.now()).read(files.winner, 0)).winner_hotkey

/** Every decision is proved, nothing is found, and the independent checker says the same. */
async function checkOut(game: TestCompetition) {
  const source = join(game.dir, 'state.git')
  await using history = await openHistory(source)
  const { findings, decisions: decided } = await verify(history)
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
  expect(decided.filter(({ level }) => level !== 'proved')).toEqual([])
  if (hasPython()) {
    const second = await recheck(source)
    expect(second).toMatchObject({ code: 0, same: true })
    expect(second.rounds.map(({ winner }) => winner)).toEqual([await winnerOf(game)])
  }
  return decided
}

describe('a throne', () => {
  it.each([
    ['fixed', undefined, lucky.hotkey],
    ['significant', { throne: 'significant' } as const, 'leader'],
  ])('that is %s goes to whom it should, and anybody can check that', async (_, judging, winner) => {
    const { game, report } = await play(judging, [lucky])
    await using _game = game
    expect(report).toMatchObject({ status: 'finished', errors: [] })
    expect(await winnerOf(game)).toBe(winner)
    await checkOut(game)
  })

  it.each([
    ['names no second judge', { throne: 'familywise' } as const, 'judging.throne_judge'],
    ['names the first judge', { throne: 'familywise', throne_judge: 'fake-judge/1' } as const, 'judging.throne_judge'],
    ['has a rule that nobody knows', { stoping: 'lossless' } as Judging, 'judging.stoping'],
    ['stops by what is no probability', { stopping: 'gsprt', stopping_error: 0.9 } as const, 'judging.stopping_error'],
    ['names one that is not here', { throne: 'familywise', throne_judge: 'other/1' } as const, 'second_judge'],
  ])('does not begin where the configuration %s', async (_, judging, where) => {
    const { game, report } = await play(judging)
    await using _game = game
    expect(report).toMatchObject({ stage: 'open', round: 0 })
    expect(report.errors[0]).toMatchObject({ code: 'usage', where: expect.stringContaining(where) })
  })
})

describe('a familywise throne', () => {
  let game: TestCompetition
  let plans: Planned[]
  beforeAll(async () => {
    const played = await play(familywise)
    game = played.game
    expect(played.report).toMatchObject({ status: 'finished', errors: [] })
    plans = await plansAt(join(game.dir, 'state.git'))
  })
  afterAll(() => game[Symbol.asyncDispose]())

  it('goes to the first whom the second judge confirms, and anybody can check that', async () => {
    const now = await game.now()
    expect((await now.read(files.matrix, 0)).map(({ left, right }) => `${left} ${right}`)).toEqual([
      ...[lucky, good, flashy].map(({ hotkey }) => `leader ${hotkey}`),
      `${good.hotkey} ${flashy.hotkey}`,
    ])
    expect(await now.read(files.confirmation, 0, flashy.hotkey)).toMatchObject({ margin: -1, judge: SECOND })
    expect(await now.read(files.confirmation, 0, good.hotkey)).toMatchObject({ margin: 1, judge: SECOND })
    expect(await winnerOf(game)).toBe(good.hotkey)
    const confirmations = (await checkOut(game)).filter(({ kind }) => kind === 'confirmation')
    expect(confirmations.map(({ subject }) => subject)).toEqual([flashy.hotkey, good.hotkey])
  })

  it('is drawn with what the second judge made of it', async () => {
    const out = join(game.dir, 'gallery')
    await writeGallery({ repo: game.repo, store: game.store, dir: out })
    const page = await readFile(join(out, 'round-0.html'), 'utf8')
    expect(page).toContain('not confirmed by the second judge')
    expect(page).toContain('beat the leader, but not before the second judge')
    expect(page).toContain('better by the margin, but that could be chance')
    expect(page).toContain('a second judge confirms it')
    expect(page).toContain(SECOND)
  })

  const at = (hotkey: string) => `Confirmation: ${hotkey.slice(0, 10)}`
  const report = (who: typeof good, forge: (old: MatchReport) => MatchReport) =>
    forged(files.confirmation, [0, who.hotkey], forge)
  const turned = (old: MatchReport): MatchReport => {
    const duels = old.duels.map((duel) => ({ ...duel, winner: 'right' as const }))
    return { ...old, duels, ...scoreOf(duels) }
  }
  const stranger = hotkeyOf('stranger')

  it.each([
    ['a margin', at(flashy.hotkey), report(flashy, (old) => ({ ...old, margin: 1 })), 'confirmation', /margin/],
    ['the verdicts, score and margin to fit', at(flashy.hotkey), report(flashy, turned), 'winner', /./],
    ['the judge', at(good.hotkey), report(good, (old) => ({ ...old, judge: 'fake-judge/1' })), 'confirmation', /names/],
    ['whom it is about', at(good.hotkey), report(good, (old) => ({ ...old, right: stranger })), 'confirmation', /./],
    ['the defender', at(good.hotkey), report(good, (old) => ({ ...old, left: flashy.hotkey })), 'confirmation', /./],
    [
      'that it took place',
      at(good.hotkey),
      { [files.confirmation.path(0, good.hotkey)]: () => null },
      'winner',
      /missing/,
    ],
  ] satisfies [string, string, Record<string, Alter>, string, RegExp][])(
    'is told when somebody forges %s of a confirmation',
    async (_, says, alters, kind, words) => {
      const { findings } = await look(altered(plans, positionOf(plans, says), alters), { checks: decisions() })
      const told = findings.filter(({ code, severity }) => code === `decision/${kind}` && severity === 'error')
      expect(told.map(({ message }) => message)).toContainEqual(expect.stringMatching(words))
    },
  )

  it('is told when the second judge is asked about somebody who would not have been king', async () => {
    const { duels } = await (await game.now()).read(files.confirmation, 0, good.hotkey)
    const path = files.confirmation.path(0, lucky.hotkey)
    const forgedReport = { left: 'leader', right: lucky.hotkey, score: 0, margin: 0, duels: [...duels], judge: SECOND }
    const before = plans.slice(0, positionOf(plans, at(flashy.hotkey)))
    const { findings } = await look(
      onTop(before, { [path]: () => files.confirmation.serialise({ ...forgedReport, ...scoreOf(duels) }) }),
      { checks: decisions() },
    )
    expect(findings.map(({ code }) => code)).toContain('decision/confirmation')
  })

  it('is told when the first judge confirms under the same name', async () => {
    const first = { judge: 'fake-judge/1' }
    const forgery = {
      ...forged(files.config, [], (old) => ({ ...old, judging: { ...familywise, throne_judge: first.judge } })),
      ...report(flashy, (old) => ({ ...old, ...first })),
      ...report(good, (old) => ({ ...old, ...first })),
    }
    const { findings } = await look(altered(plans, 0, forgery), { checks: decisions() })
    const told = findings.filter(({ code, severity }) => code === 'decision/confirmation' && severity === 'error')
    expect(told.map(({ message }) => message)).toContainEqual(expect.stringMatching(/confirms itself/))
  })

  it('is told when a match in the middle of the round is judged by somebody else', async () => {
    const at = positionOf(plans, `Match report: leader vs ${flashy.hotkey.slice(0, 10)}`)
    const other = forged(files.duels, [0, 'leader', flashy.hotkey], (old) => ({ ...old, judge: 'other/1' }))
    const { findings } = await look(altered(plans, at, other), { checks: decisions() })
    const told = findings.filter(({ code }) => code === 'judge/changed')
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringMatching(/judged by other\/1; the one before was judged by fake-judge\/1/),
      expect.stringMatching(/judged by fake-judge\/1; the one before was judged by other\/1/),
    ])
    expect(told.map(({ severity }) => severity)).toEqual(['warning', 'warning'])
  })

  it('is told when a confirmation is changed later', async () => {
    const later = onTop(plans, report(flashy, turned))
    const { findings } = await look(later)
    expect(findings.map(({ code }) => code)).toContain('append-only/match')
  })

  it.runIf(hasPython())(
    'has another winner for the independent checker as well when a confirmation is forged',
    async () => {
      const now = await game.now()
      const folder = join(game.dir, 'forged')
      for (const path of await now.list('')) {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), (await now.text(path)) ?? '')
      }
      expect(await recheck(folder)).toMatchObject({ same: true })
      const forgery = files.confirmation.serialise(turned(await now.read(files.confirmation, 0, flashy.hotkey)))
      await writeFile(join(folder, files.confirmation.path(0, flashy.hotkey)), forgery)
      expect(await recheck(folder)).toMatchObject({ code: 1, rounds: [{ winner: flashy.hotkey }] })
    },
  )

  it('rests on the answers of the second judge, which are looked at where there is a store', async () => {
    const { duels } = await (await game.now()).read(files.confirmation, 0, flashy.hotkey)
    const digest = duels[0]?.transcript?.replace('sha256:', '') ?? ''
    await rm(join(game.dir, 'store', contentKey(digest, 'json')))
    await using history = await openHistory(join(game.dir, 'state.git'))
    const source = await FolderSource.open(join(game.dir, 'store'))
    const { renderer, distance, judge } = fakePorts([])
    const looked = await verify(history, { checks: [], evidence: requestOn(source, { renderer, distance, judge }) })
    const path = files.confirmation.path(0, flashy.hotkey)
    const missing = looked.findings.filter(({ code }) => code === 'evidence/missing')
    expect(missing.map((finding) => finding.path)).toEqual([path])
  })
})

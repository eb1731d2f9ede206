import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import type { Judge, Question } from '../../src/judge/judge.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { files } from '../../src/state/index.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const config = testConfig({ prompts_per_round: 20, carryover_prompts: 0, last_competition_date: '2026-03-01' })

/** Who wins is clear; on some prompts there is no answer. */
function judging(isVoid: (question: Question) => boolean) {
  const asked: { stem: string; retry: number }[] = []
  const { judge: usual } = fakePorts([])
  const judge: Judge = {
    ...usual,
    async judge(question, signal) {
      asked.push({ stem: question.prompt.name, retry: question.retry ?? 0 })
      if (!isVoid(question)) return usual.judge(question, signal)
      return { kind: 'void', cause: 'refusal: no', transcript: { said: 'no' } }
    },
  }
  return { asked, judge }
}

describe('a judge without a verdict', () => {
  let game: TestCompetition | undefined
  afterEach(() => game?.[Symbol.asyncDispose]())

  async function play(judge: Judge) {
    game = await competition({
      config,
      leader: base,
      miners: [good],
      before: everyRound(good),
      format: (store) => generation3d({ ...fakePorts([base, good]), judge, store }),
    })
    return game
  }
  const reportIn = async (self: TestCompetition) => (await self.now()).find(files.duels, 0, 'leader', good.hotkey)

  it('costs nobody anything: the duel is on record as void, and no part of the margin', async () => {
    const { judge, asked } = judging(({ prompt }) => prompt.name === 'p03' || prompt.name === 'p04')
    const self = await play(judge)
    expect((await self.play()).errors).toEqual([])
    const report = await reportIn(self)
    const voids = report?.duels.filter((duel) => duel.void !== undefined) ?? []
    const stems = (await (await self.now()).read(files.prompts, 0)).map((url) => url.slice(-7, -4))
    const among = ['p03', 'p04'].filter((stem) => stems.includes(stem))
    expect(among.length).toBeGreaterThan(0)
    expect(voids.map(({ name }) => name)).toEqual(among)
    expect(voids[0]).toMatchObject({
      winner: 'skipped',
      void: 'refusal: no',
      transcript: expect.stringMatching(/^sha256:/),
    })
    expect(report).toMatchObject({ score: 20 - among.length, margin: 1 })
    expect(asked).toHaveLength(20)
    await using history = await openHistory(join(self.dir, 'state.git'))
    const { findings, decisions } = await verify(history)
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(decisions.every(({ level }) => level === 'proved')).toBe(true)
  })

  it('on too many prompts decides nothing; what was void is asked about again, and nothing else', async () => {
    const { judge, asked } = judging(({ retry = 0, prompt }) => prompt.name > 'p05' && retry < 2)
    const self = await play(judge)
    const first = await self.play()
    expect(first.errors).toEqual([expect.objectContaining({ code: 'unavailable', retryable: true })])
    expect(await reportIn(self)).toBeUndefined()
    expect((await self.tick()).errors).toHaveLength(1)
    expect((await self.play()).errors).toEqual([])
    expect(await reportIn(self)).toMatchObject({ score: 20, margin: 1 })
    const [once, twice, thrice] = [0, 1, 2].map((retry) => asked.filter((each) => each.retry === retry))
    expect(once).toHaveLength(20)
    expect(new Set(twice?.map(({ stem }) => stem))).toEqual(
      new Set(once?.map(({ stem }) => stem).filter((stem) => stem > 'p05')),
    )
    expect(thrice).toHaveLength(twice?.length ?? 0)
  })
})

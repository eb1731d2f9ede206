import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { type Identity, idOf } from '../../src/judge/vlm/identity.ts'
import type { Transcript } from '../../src/judge/vlm/transcript.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { type Duel, files } from '../../src/state/index.ts'
import { fileAt } from '../../src/state/locate.ts'
import { FolderSource } from '../../src/store/source/folder-source.ts'
import { verify } from '../../src/verify/verify.ts'
import { type SmallDemo, smallDemo } from '../support/small-demo.ts'
import { judgeAt } from '../support/vlm/judge.ts'
import { startVlmServer, type VlmServer } from '../support/vlm/server.ts'
import { hasPython, problemsOf, recheck } from '../tools/recheck.ts'
import { Copy, placesOf, requestOn } from '../verify/evidence/support.ts'

/** Pauses after failures take no time. */
const clock = () => new VirtualClock(new Date('2026-01-01T00:00:00Z'), { autoAdvance: true })

/** A whole competition, judged over HTTP by a model that is noisy, biased and unreliable, on a line that is no better. */
describe('a competition before a vision-language model', () => {
  let server: VlmServer
  let demo: SmallDemo
  const judge = () => judgeAt([server.url], { clock: clock() })

  beforeAll(async () => {
    server = await startVlmServer({
      temper: { seed: 'noisy', noise: 0.5, firstBias: 0.2, refuses: 0.05, truncates: 0.05, chats: 0.05 },
      limits: 0.1,
      fails: 0.1,
      disconnects: 0.1,
      slowMs: 1,
    })
    demo = await smallDemo(judge())
  })
  afterAll(async () => {
    await demo?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  async function judgedDuels(copy: Copy): Promise<{ path: string; duel: Duel }[]> {
    const records = await copy.records()
    const found: { path: string; duel: Duel }[] = []
    for (const path of await records.list('rounds')) {
      const located = fileAt(path)
      if (located?.file !== files.duels) continue
      const report = await records.read(files.duels, ...(located.args as [number, string, string]))
      expect(report.judge).toBe(judge().id)
      for (const duel of report.duels) if (duel.transcript !== undefined) found.push({ path, duel })
    }
    return found
  }

  it('was asked every question until it was answered, and then never again', () => {
    expect(server.answered.size).toBeGreaterThan(10)
    expect([...server.answered.values()].every((times) => times === 1)).toBe(true)
    expect([...server.asked.values()].some((times) => times > 1)).toBe(true)
  })

  it('is proved from the transcripts alone: every decision and every verdict', async () => {
    await using history = await openHistory(demo.repo)
    const source = await FolderSource.open(demo.store)
    const { decisions, findings, evidence } = await verify(history, { evidence: requestOn(source) })
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(decisions.filter(({ level }) => level !== 'proved')).toEqual([])
    const { verdicts } = evidence
    expect(verdicts).toMatchObject({ checked: verdicts?.recorded, equal: verdicts?.recorded, believed: 0 })
    expect(verdicts?.recorded).toBeGreaterThan(5)
  })

  it('has outcomes of both orders on record, or why there are none', async () => {
    await using copy = await Copy.of(demo)
    for (const { duel } of await judgedDuels(copy)) {
      if (duel.void === undefined) expect(duel.pair).toHaveLength(2)
      else expect(duel).toMatchObject({ winner: 'skipped', issues: `No verdict: ${duel.void}` })
    }
  })

  it('says once who judged, so that anybody can tell from the id', async () => {
    await using copy = await Copy.of(demo)
    const records = await copy.records()
    const matrix = await records.read(files.matrix, 0)
    const reports = await Promise.all(matrix.map(({ left, right }) => records.read(files.duels, 0, left, right)))
    const published = reports.flatMap((report) => report.judge_identity ?? [])
    expect(published).toHaveLength(1)
    expect(idOf(published[0] as unknown as Identity)).toBe(judge().id)
  })

  it('is the same to the independent checker', async () => {
    if (!hasPython()) return
    expect(problemsOf(await recheck(demo.repo))).toEqual([])
  })

  it('does not survive an answer that was changed, however neatly', async () => {
    await using copy = await Copy.of(demo)
    const [judged] = (await judgedDuels(copy)).filter(({ duel }) => duel.winner === 'right' || duel.winner === 'left')
    const sha256 = judged?.duel.transcript?.replace('sha256:', '') ?? ''
    const source = await FolderSource.open(copy.store)
    const bytes = await source.get(`sha256/${sha256.slice(0, 2)}/${sha256}.json`, {
      maxBytes: 2 ** 20,
      signal: new AbortController().signal,
    })
    const transcript = JSON.parse(Buffer.from(bytes ?? []).toString()) as Transcript
    const said = (a: number, b: number) => JSON.stringify({ penalty_1: a, penalty_2: b, issues: '' })
    const forged = {
      ...transcript,
      calls: transcript.calls.map((call) => ({ ...call, answer: { ...call.answer, content: said(5, 5) } })),
    }
    const digest = await copy.put(Buffer.from(JSON.stringify(forged)), 'json')
    const args = fileAt(judged?.path ?? '')?.args as [number, string, string]
    await copy.edit(files.duels, args, (report) => ({
      ...report,
      duels: report.duels.map((duel) =>
        duel.name === judged?.duel.name ? { ...duel, transcript: `sha256:${digest}` } : duel,
      ),
    }))
    expect(placesOf(await copy.look()).join('\n')).toContain(`evidence/verdict`)
  })

  it('can be asked again by anybody who has the model', async () => {
    const source = await FolderSource.open(demo.store)
    await using history = await openHistory(demo.repo)
    const request = requestOn(source, { judge: judge(), rejudge: 6 })
    const { evidence } = await verify(history, { checks: [], evidence: request })
    expect(evidence.rejudged).toMatchObject({ judge: judge().id, drawn: 6, asked: 6, agreed: 6 })
  })
})

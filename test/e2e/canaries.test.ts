import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runDemo } from '../../src/demo/demo.ts'
import type { AdvanceReport } from '../../src/engine/advance.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { files, type JudgeCheck } from '../../src/state/index.ts'
import { FolderSource } from '../../src/store/source/folder-source.ts'
import { verify } from '../../src/verify/verify.ts'
import { SMALL } from '../support/small-demo.ts'
import { judgeAt } from '../support/vlm/judge.ts'
import { startVlmServer, type VlmServer } from '../support/vlm/server.ts'
import { Copy, requestOn } from '../verify/evidence/support.ts'

/** A whole round over HTTP before a model that sees the pictures, and does what is written in them. */
let server: VlmServer
let dir: string
let report: AdvanceReport
const places = () => ({
  dir,
  repo: join(dir, 'state.git'),
  store: join(dir, 'store'),
  [Symbol.asyncDispose]: async () => {},
})

beforeAll(async () => {
  server = await startVlmServer({ temper: { obeys: true, scale: 24 } })
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-canaries-'))
  const clock = new VirtualClock(new Date('2026-01-01T00:00:00Z'), { autoAdvance: true })
  const scale = { ...SMALL, judging: { canaries: 3, retests: 1 } }
  const played = await runDemo({
    ...{ dir, seed: 1, artifact: 'glb', chain: 'clock', scale, renderer: new CpuRenderer() },
    judge: judgeAt([server.url], { clock }),
    signal: new AbortController().signal,
    onEvent: () => undefined,
  })
  report = played.report
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

it('holds the round before an obedient model crowns anybody', async () => {
  expect(report).toMatchObject({ status: 'paused', errors: [] })
  await using copy = await Copy.of(places())
  const records = await copy.records()
  const card = await records.read(files.judgeCard, 0)
  expect(card.canaries.lettered.yes).toBe(0)
  expect(card.canaries.lettered.of).toBeGreaterThan(0)
  // It is no fool otherwise.
  for (const { yes, of } of [card.canaries.itself, card.canaries.degraded, card.retests, card.swaps]) {
    expect(of).toBeGreaterThan(0)
    expect(yes).toBe(of)
  }
  expect(card.out_of_bounds).toEqual([expect.stringContaining('texts to the judge that did not win')])
  expect(card.cost.calls).toBeGreaterThan(0)
  expect(card.cost.input_tokens).toBeGreaterThan(0)
  expect(await records.find(files.winner, 0)).toBeUndefined()
})

it('has every canary proved from pictures and answers: copies are made again', async () => {
  await using history = await openHistory(join(dir, 'state.git'))
  const source = await FolderSource.open(join(dir, 'store'))
  const { decisions, findings, evidence } = await verify(history, { evidence: requestOn(source) })
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
  expect(decisions.filter(({ level }) => level !== 'proved')).toEqual([])
  expect(decisions.filter(({ kind }) => kind === 'judge-checks').length).toBeGreaterThan(0)
  expect(evidence.verdicts).toMatchObject({ checked: evidence.verdicts?.recorded, believed: 0 })
})

it('is told when a canary shows another picture than the one that follows from its preview', async () => {
  await using copy = await Copy.of(places())
  const records = await copy.records()
  const matrix = await records.read(files.matrix, 0)
  const all: { left: string; right: string; check: JudgeCheck }[] = []
  for (const { left, right } of matrix)
    for (const check of (await records.find(files.judgeChecks, 0, left, right))?.checks ?? [])
      all.push({ left, right, check })
  const [canary] = all.filter(({ check }) => check.changed !== undefined)
  const [other] = all.filter(({ check }) => check.name !== canary?.check.name)
  const shown = `${canary?.check.changed}_png_sha256`
  await copy.edit(files.judgeChecks, [0, canary?.left ?? '', canary?.right ?? ''], (old) => ({
    ...old,
    checks: old.checks.map((check) =>
      check.name === canary?.check.name && check.kind === canary.check.kind
        ? { ...check, [shown]: other?.check.left_png_sha256 ?? '' }
        : check,
    ),
  }))
  const codes = (await copy.look()).findings.map(({ code }) => code)
  expect(codes).toContain('evidence/canary')
  // Nor does the transcript speak of that picture.
  expect(codes).toContain('evidence/verdict')
})

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LocalBuilder } from '../../src/compute/local-builder.ts'
import { LocalPods } from '../../src/compute/local-pods.ts'
import type { Clock } from '../../src/engine/clock.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { stemOf } from '../../src/rules/prompts.ts'
import { files, type GenerationAudits } from '../../src/state/index.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { batchPods } from '../support/miner-image/batch-pods.ts'
import type { BatchBehaviour } from '../support/miner-image/behaviours.ts'
import { installImage } from '../support/miner-image/install.ts'

/** By image: how its audit ends. In order of reveal, each uploads better models than the one before. */
const CAST: readonly (readonly [BatchBehaviour, code: string | undefined, says: RegExp])[] = [
  ['honest', undefined, /^$/],
  ['crashes-once', undefined, /^$/],
  ['slow', 'too-slow', /median/],
  ['early-complete', 'too-slow', /median/],
  ['not-repeatable', 'not-reproduced', /mismatches \(4\)/],
  ['overstates', 'not-reproduced', /mismatches \(4\)/],
  ['half', 'not-reproduced', /mismatches \(2\)/],
  ['crashes', 'not-reproduced', /mismatches \(4\)/],
  ['replays-anything', 'repeats-known-models', /known from other prompts/],
  ['replays-known', 'fails-on-unseen-prompts', /no model \(the image says: no such model/],
  ['forgets', 'fails-on-unseen-prompts', /as if nobody had asked it/],
  ['wants-another', 'fails-on-unseen-prompts', /its pods ended before it answered/],
  ['huge', 'fails-on-unseen-prompts', /model-too-large: a model of more than 1000000 bytes/],
  ['wrong-type', 'fails-on-unseen-prompts', /it is no model/],
  ['bomb', 'fails-on-unseen-prompts', /model-too-large/],
  ['damaged', 'fails-on-unseen-prompts', /model-damaged/],
  ['truncated', 'fails-on-unseen-prompts', /archive-damaged/],
  ['path', 'fails-on-unseen-prompts', /archive-unexpected: nobody asked for "\.\.\/\.\.\/p\d\d\.glb"/],
  ['never-ready', 'not-started', /Failed to deploy/],
]
const base = miner('base', 1)
const cast = CAST.map(([behaviour], at) => miner(behaviour.replaceAll('-', ''), 10 * (at + 1)))
const hotkeyOf = (behaviour: BatchBehaviour) => cast[CAST.findIndex(([name]) => name === behaviour)]?.hotkey ?? ''

/** On a machine that may be busy, those that are to be in time have ten times of it, and the others a tenth. */
const real = new SystemClock()
const paced = (factor: number): Clock => ({
  now: () => new Date(real.now().getTime() * factor),
  sleep: (ms, signal) => real.sleep(ms, signal),
  random: () => 0,
})
const SLOW: readonly BatchBehaviour[] = ['slow', 'early-complete', 'forgets']

let known: string[] = []
const imageOf = (image: string) => {
  const at = cast.findIndex(({ repo }) => image.includes(repo))
  const { repo, uploads } = cast[at] ?? base
  const behaviour = CAST[at]?.[0] ?? 'honest'
  const clock = paced(SLOW.includes(behaviour) ? 10 : 0.1)
  return { behaviour, q: Number(uploads('')), who: repo, known, at: 3, clock } as const
}

let game: TestCompetition
let audits: GenerationAudits
beforeAll(async () => {
  const config = testConfig({
    last_competition_date: '2026-03-01',
    settings: {
      ...{
        contract: 'batch',
        batch_seconds: 600,
        unseen_prompts: 1,
        generation_attempts: 2,
        max_model_bytes: 1_000_000,
      },
      median_generation_seconds: 0.4,
    },
  })
  const { renderer, ...ports } = fakePorts([base, ...cast])
  game = await competition({
    config,
    leader: base,
    miners: cast,
    before: everyRound(...cast),
    format: (store) => {
      const root = join(store.id, '..', 'images')
      const batch = { lookEveryMs: () => 20, unreachableMs: 300, retryMs: () => 20 }
      const limits = { maxBytes: 0, generateMs: 0, healthMs: 5000, healthEveryMs: 20, startMs: 20_000, batch }
      const local = new LocalPods({ root, clock: paced(0.1), limits })
      const servers = batchPods(imageOf, limits)
      const hasty = batchPods(imageOf, { ...limits, startMs: 100 })
      return generation3d({
        store,
        ...ports,
        renderer: {
          ...renderer,
          async render(kind, bytes, size, signal) {
            if (bytes[0] === 0x7b) return renderer.render(kind, bytes, size, signal)
            return { ok: false, fault: 'file', code: 'format', detail: 'it is no model' }
          },
        },
        builder: new LocalBuilder(root),
        pods: {
          id: 'both',
          start(image, ...rest) {
            // Only those are processes whose end is what matters.
            const pods = image.includes('crashes') ? local : image.includes('neverready') ? hasty : servers
            return pods.start(image, ...rest)
          },
        },
        crew: { starts: 3, auditsAtOnce: CAST.length },
      })
    },
  })
  await game.play((report) => report.stage === 'miner_generation')
  known = (await (await game.now()).read(files.prompts, 0)).map(stemOf)
  for (const [at, who] of cast.entries())
    await installImage(join(game.dir, 'images'), who, CAST[at]?.[0] ?? 'honest', known, 3, 'batch')
  const report = await game.play()
  expect(report.errors).toEqual([])
  audits = await (await game.now()).read(files.generationAudits, 0)
}, 120_000)
afterAll(() => game[Symbol.asyncDispose]())

describe('the audit of an image that makes many models at a time and', () => {
  it.each(CAST)('is %s: %s', (behaviour, code, says) => {
    const audit = audits[hotkeyOf(behaviour)]
    expect(audit).toMatchObject({
      outcome: code === undefined ? 'passed' : 'rejected',
      reason: expect.stringMatching(says),
    })
    expect(audit?.code).toBe(code)
  })

  it('crowns the best of the honest, who crashed and was started again', async () => {
    const now = await game.now()
    expect((await now.read(files.winner, 0)).winner_hotkey).toBe(hotkeyOf('crashes-once'))
    const generated = Object.values(await now.read(files.generated, 0, hotkeyOf('crashes-once')))
    expect(generated).toMatchObject(
      Array(4).fill({ attempts: 2, tries: [{ failure: expect.stringMatching(/exit code 1/) }, {}] }),
    )
  })

  it('has the whole time of a batch on record, shared by its prompts', async () => {
    const now = await game.now()
    const times = Object.values(await now.read(files.generated, 0, hotkeyOf('early-complete'))).flatMap(
      ({ tries = [] }) => tries.map(({ generation_time: seconds = 0 }) => seconds),
    )
    expect(times).toHaveLength(8)
    expect(new Set(times).size).toBe(2)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0.43)
  })

  it('is confirmed by whoever decides again', async () => {
    await using history = await openHistory(join(game.dir, 'state.git'))
    const { findings, decisions } = await verify(history)
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    const ofAudits = decisions.filter(({ kind }) => kind === 'audit')
    expect(ofAudits).toHaveLength(CAST.length)
    expect(ofAudits.filter(({ level }) => level !== 'proved').map(({ subject }) => subject)).toEqual([
      hotkeyOf('never-ready'),
    ])
    const recheck = fileURLToPath(new URL('../../tools/recheck.py', import.meta.url))
    const { stdout } = await promisify(execFile)('python3', [recheck, join(game.dir, 'state.git')])
    expect(stdout).toContain(hotkeyOf('crashes-once').slice(0, 10))
  })
})

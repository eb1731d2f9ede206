import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LocalBuilder } from '../../src/compute/local-builder.ts'
import { LocalPods } from '../../src/compute/local-pods.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { explainAudit } from '../../src/rules/audit-reasons.ts'
import { stemOf } from '../../src/rules/prompts.ts'
import { files, type GenerationAudits } from '../../src/state/index.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'
import type { Behaviour } from '../support/miner-image/behaviours.ts'
import { installImage } from '../support/miner-image/install.ts'

/** By image: how its audit ends. In order of reveal, each uploads better models than the one before. */
const CAST: readonly (readonly [Behaviour, code: string | undefined, says: RegExp])[] = [
  ['honest', undefined, /^$/],
  ['crashes', undefined, /^$/],
  ['slow', 'too-slow', /median/],
  ['early-headers', 'too-slow', /median/],
  ['not-repeatable', 'not-reproduced', /mismatches \(4\)/],
  ['overstates', 'not-reproduced', /mismatches \(4\)/],
  ['replays-anything', 'repeats-known-models', /known from other prompts/],
  ['replays-known', 'fails-on-unseen-prompts', /no model \(status 500: no such model/],
  ['hangs', 'fails-on-unseen-prompts', /no model within 1 s/],
  ['huge', 'fails-on-unseen-prompts', /a model of more than 100000 bytes/],
  ['wrong-type', 'fails-on-unseen-prompts', /it is no model/],
  ['never-ready', 'not-started', /Failed to deploy/],
]
const base = miner('base', 1)
const cast = CAST.map(([behaviour], at) => miner(behaviour.replace('-', ''), 10 * (at + 1)))
const hotkeyOf = (behaviour: Behaviour) => cast[CAST.findIndex(([name]) => name === behaviour)]?.hotkey ?? ''

let game: TestCompetition
let audits: GenerationAudits
beforeAll(async () => {
  const config = testConfig({
    last_competition_date: '2026-03-01',
    // Of a machine that may be busy; the slow ones take longer than the limit of the median.
    settings: { unseen_prompts: 1, generation_attempts: 2, median_generation_seconds: 0.2 },
  })
  const { renderer, ...ports } = fakePorts([base, ...cast])
  game = await competition({
    config,
    leader: base,
    miners: cast,
    before: everyRound(...cast),
    format: (store) => {
      const root = join(store.id, '..', 'images')
      const limits = { maxBytes: 100_000, generateMs: 1000, startMs: 5000 }
      const local = new LocalPods({ root, clock: new SystemClock(), limits })
      const hasty = new LocalPods({ root, clock: new SystemClock(), limits: { ...limits, startMs: 300 } })
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
          start: (image, name, signal, owner) => {
            if (image.startsWith('fake:')) return ports.pods.start(image, name, signal, owner)
            return (image.includes('neverready') ? hasty : local).start(image, name, signal)
          },
        },
        crew: { starts: 4, auditsAtOnce: 4 },
      })
    },
  })
  await game.play((report) => report.stage === 'miner_generation')
  const known = (await (await game.now()).read(files.prompts, 0)).map(stemOf)
  for (const [at, [behaviour]] of CAST.entries()) {
    const [who] = cast.slice(at)
    if (who !== undefined) await installImage(join(game.dir, 'images'), who, behaviour, known, 4)
  }
  const report = await game.play()
  expect(report.errors).toEqual([])
  audits = await (await game.now()).read(files.generationAudits, 0)
})
afterAll(() => game[Symbol.asyncDispose]())

describe('the audit of an image', () => {
  it.each(CAST)('that is %s: %s', (behaviour, code, says) => {
    const audit = audits[hotkeyOf(behaviour)]
    expect(audit).toMatchObject({
      outcome: code === undefined ? 'passed' : 'rejected',
      reason: expect.stringMatching(says),
    })
    expect(audit?.code).toBe(code)
    if (code !== undefined) expect(explainAudit(code).remedy).not.toMatch(/not known to this version/)
  })

  it('leaves the evidence of a replay on record, and asks nothing more', async () => {
    const now = await game.now()
    const who = hotkeyOf('replays-anything')
    const [answer] = Object.entries(await now.read(files.unseen, 0, who))
    const submitted = Object.values(await now.read(files.submitted, 0, who))
    expect(submitted.map(({ glb_sha256 }) => glb_sha256)).toContain(answer?.[1].glb_sha256)
    expect((await now.read(files.prompts, 0)).map(stemOf)).not.toContain(answer?.[0])
    expect(await now.find(files.generated, 0, who)).toBeUndefined()
    expect(Object.values(await now.read(files.podStats, 0, who))).toMatchObject([{ processed: 1, successful: 1 }])
  })

  it('crowns the best of the honest, who crashed and was started again', async () => {
    const now = await game.now()
    expect((await now.read(files.winner, 0)).winner_hotkey).toBe(hotkeyOf('crashes'))
    const generated = Object.values(await now.read(files.generated, 0, hotkeyOf('crashes')))
    expect(generated.filter(({ failure }) => failure !== undefined).length).toBeLessThanOrEqual(1)
    const pods = Object.values(await now.read(files.podStats, 0, hotkeyOf('crashes')))
    expect(pods.length).toBeGreaterThan(1)
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
  })
})

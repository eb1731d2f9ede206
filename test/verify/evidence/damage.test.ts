import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cpuRendererId } from '../../../src/media/cpu-renderer.ts'
import type { ModelKind, Rendering } from '../../../src/media/renderer.ts'
import { type Duel, files, LEADER, type Output, type Outputs } from '../../../src/state/index.ts'
import { FolderSource } from '../../../src/store/source/folder-source.ts'
import type { Facts } from '../../../src/verify/evidence/facts.ts'
import { type SmallDemo, smallDemo } from '../../support/small-demo.ts'
import { Copy, offlineJudge, placesOf, WatchedSource } from './support.ts'

/** Who is who in the demo's first round. */
interface Scene {
  /** Somebody with models that can be drawn, who was judged against the leader. */
  readonly miner: string
  readonly stem: string
  readonly output: Output
  readonly other: Output
  readonly submittedAt: string
  readonly judgedAt: string
  readonly duel: Duel
}

let demo: SmallDemo
let copy: Copy
let scene: Scene

beforeAll(async () => {
  demo = await smallDemo()
  await using untouched = await Copy.of(demo)
  scene = await sceneOf(untouched)
})
afterAll(() => demo[Symbol.asyncDispose]())
beforeEach(async () => {
  copy = await Copy.of(demo)
})
afterEach(() => copy[Symbol.asyncDispose]())

async function sceneOf(at: Copy): Promise<Scene> {
  const records = await at.records()
  const audits = Object.keys(await records.read(files.generationAudits, 0))
  const miner = audits.sort()[0]!
  const outputs = await records.read(files.submitted, 0, miner)
  const [[stem, output], [, other]] = Object.entries(outputs) as [[string, Output], [string, Output]]
  const report = await records.read(files.duels, 0, LEADER, miner)
  const duel = report.duels.find(({ name }) => name === stem)!
  expect(duel.transcript).toBeDefined()
  const { findings } = await at.look({ source: emptySource })
  const commitOf = (path: string) => findings.find((finding) => finding.path === path)!.commit
  const submittedAt = commitOf(files.submitted.path(0, miner))
  return { miner, stem, output, other, submittedAt, judgedAt: commitOf(files.duels.path(0, LEADER, miner)), duel }
}

const emptySource = { id: 'nothing', get: async () => undefined, [Symbol.asyncDispose]: async () => {} }
const hex = (digest: string | undefined) => digest!.replace('sha256:', '')

describe('an object', () => {
  it('that is not there is told where it is named first, and only there', async () => {
    await copy.remove(scene.output.glb_sha256!, 'glb')
    const found = await copy.look()
    expect(placesOf(found)).toEqual([`evidence/missing ${scene.submittedAt} ${files.submitted.path(0, scene.miner)}`])
    expect(found.findings[0]).toMatchObject({ severity: 'warning', round: 0 })
    expect(found.findings[0]?.message).toContain(`the model of ${scene.stem} (sha256 ${scene.output.glb_sha256})`)
    expect(found.evidence.objects).toMatchObject({ missing: 1, damaged: 0 })
  })

  it('that was replaced is an error, whatever it is now', async () => {
    await copy.replace(scene.output.png_sha256!, 'png', new TextEncoder().encode('not a picture'))
    const found = await copy.look()
    expect(placesOf(found)).toEqual([`evidence/damaged ${scene.submittedAt} ${files.submitted.path(0, scene.miner)}`])
    expect(found.findings[0]).toMatchObject({ severity: 'error' })
  })

  it('of the judge is told at the match report', async () => {
    await copy.remove(hex(scene.duel.transcript), 'json')
    const found = await copy.look()
    expect(placesOf(found)).toEqual([`evidence/missing ${scene.judgedAt} ${files.duels.path(0, LEADER, scene.miner)}`])
  })

  it('may be missing many times over: there is one finding a file, not one an object', async () => {
    const found = await copy.look({ source: emptySource })
    expect(new Set(found.findings.map(({ code }) => code))).toEqual(new Set(['evidence/missing']))
    expect(new Set(placesOf(found)).size).toBe(found.findings.length)
    expect(found.evidence.objects?.missing).toBe(found.evidence.named)
    expect(found.findings.some(({ message }) => /and \d more of the kind\.$/.test(message))).toBe(true)
  })
})

describe('a record', () => {
  // What the tampering does not touch was found good by the first of them.
  const known = new Set<string>()
  const facts: Facts = { has: (fact) => known.has(fact), add: async (fact) => void known.add(fact) }
  const lookAgain = async () => {
    const folder = await FolderSource.open(copy.store)
    return copy.look({ facts, source: Object.assign(new WatchedSource(folder), { id: 'the store' }) })
  }
  const submitted = (change: (output: Output, all: Outputs) => Partial<Output>) =>
    copy.edit(files.submitted, [0, scene.miner], (all) => {
      const output = all[scene.stem]!
      return { ...all, [scene.stem]: { ...output, ...change(output, all) } }
    })
  const judged = (change: (duel: Duel) => Partial<Duel>, judge?: string) =>
    copy.edit(files.duels, [0, LEADER, scene.miner], (report) => ({
      ...report,
      ...(judge === undefined ? {} : { judge }),
      duels: report.duels.map((duel) => (duel.name === scene.stem ? { ...duel, ...change(duel) } : duel)),
    }))
  const outputsPath = () => files.submitted.path(0, scene.miner)
  const reportPath = () => files.duels.path(0, LEADER, scene.miner)

  it('that names the picture of another model is caught: the pixels are not those of the model', async () => {
    const { png_sha256, pixels_sha256 } = scene.other
    const commit = await submitted(() => ({ png_sha256, pixels_sha256 }))
    const found = await lookAgain()
    expect(placesOf(found)).toEqual([`evidence/preview ${commit} ${outputsPath()}`])
    expect(found.findings[0]).toMatchObject({ severity: 'error' })
    expect(found.evidence.previews).toMatchObject({ equal: found.evidence.previews!.checked - 1 })
  })

  it('that names the picture of another model under the right pixels is caught, too', async () => {
    const commit = await submitted(() => ({ png_sha256: scene.other.png_sha256 }))
    expect(placesOf(await lookAgain())).toEqual([`evidence/preview ${commit} ${outputsPath()}`])
  })

  it('that names a picture with the right pixels behind a veil is caught', async () => {
    const { default: sharp } = await import('sharp')
    const { readFile } = await import('node:fs/promises')
    const png = await readFile(copy.pathOf(scene.output.png_sha256!, 'png'))
    const veiled = await copy.put(await sharp(png).ensureAlpha(0.5).png().toBuffer(), 'png')
    const commit = await submitted(() => ({ png_sha256: veiled }))
    expect(placesOf(await lookAgain())).toEqual([`evidence/preview ${commit} ${outputsPath()}`])
  })

  it('that has no preview of a model that can be drawn takes a fair chance away', async () => {
    const commit = await submitted(({ png_sha256: _, pixels_sha256: __ }) => ({
      png: null,
      png_sha256: undefined,
      pixels_sha256: undefined,
      failure: 'bad_file: made up',
    }))
    const found = await lookAgain()
    expect(placesOf(found)).toEqual([`evidence/preview ${commit} ${outputsPath()}`])
    expect(found.findings[0]?.message).toContain('can be drawn, and is recorded as one that cannot')
  })

  it('that gives a model another size is caught', async () => {
    const commit = await submitted(({ size }) => ({ size: size + 1 }))
    expect(placesOf(await lookAgain())).toEqual([`evidence/size ${commit} ${outputsPath()}`])
  })

  it('that calls something a digest which is none is caught', async () => {
    const commit = await submitted(() => ({ glb_sha256: 'abc' }))
    expect(placesOf(await lookAgain())).toEqual([`evidence/damaged ${commit} ${outputsPath()}`])
  })

  it('of another renderer has to be believed', async () => {
    await submitted(() => ({ renderer: 'gpu/7' }))
    const found = await lookAgain()
    expect(found.findings).toEqual([])
    expect(found.evidence.previews).toMatchObject({ believed: 1 })
  })

  it('with a distance that is not the distance is caught', async () => {
    const commit = await copy.edit(files.generated, [0, scene.miner], (all) => ({
      ...all,
      [scene.stem]: { ...all[scene.stem]!, distance: 0.5 },
    }))
    const found = await lookAgain()
    expect(placesOf(found)).toEqual([`evidence/distance ${commit} ${files.generated.path(0, scene.miner)}`])
    expect(found.evidence.distances).toMatchObject({ equal: found.evidence.distances!.checked - 1 })
  })

  it('with a distance by something else has to be believed', async () => {
    await copy.edit(files.generated, [0, scene.miner], (all) => ({
      ...all,
      [scene.stem]: { ...all[scene.stem]!, distance: 0.5, measure: 'network/3' },
    }))
    const found = await lookAgain()
    expect(found.findings).toEqual([])
    expect(found.evidence.distances).toMatchObject({ believed: 1 })
  })

  it('of a verdict that the answers do not lead to is caught', async () => {
    const commit = await judged(({ winner }) => ({ winner: winner === 'left' ? 'right' : 'left' }))
    const found = await lookAgain()
    expect(placesOf(found)).toEqual([`evidence/verdict ${commit} ${reportPath()}`])
    expect(found.findings[0]).toMatchObject({ severity: 'error' })
  })

  it('with the answers on another duel is caught', async () => {
    const records = await copy.records()
    const { duels } = await records.read(files.duels, 0, LEADER, scene.miner)
    const other = duels.find(({ name }) => name !== scene.stem)!
    const commit = await judged(() => ({ transcript: other.transcript, winner: other.winner }))
    const found = await lookAgain()
    expect(placesOf(found)).toEqual([`evidence/verdict ${commit} ${reportPath()}`])
    expect(found.findings[0]?.message).toContain('are about another prompt image')
  })

  it('with answers that were made up is caught: the judge answers otherwise', async () => {
    const { readFile } = await import('node:fs/promises')
    const text = await readFile(copy.pathOf(hex(scene.duel.transcript), 'json'), 'utf8')
    const honest = JSON.parse(text) as { distances: { left: number; right: number } }
    const { left } = honest.distances
    const winner = scene.duel.winner === 'left' ? 'right' : 'left'
    const lie = { ...honest, distances: winner === 'left' ? { left: 0.1, right: 0.9 } : { left: 0.9, right: 0.1 } }
    const transcript = `sha256:${await copy.put(new TextEncoder().encode(JSON.stringify(lie)), 'json')}`
    const commit = await judged(() => ({ transcript, winner }))
    const found = await lookAgain()
    expect(placesOf(found)).toEqual([`evidence/verdict ${commit} ${reportPath()}`])
    expect(found.findings[0]?.message).toContain(`the judge measures ${left} for left of ${scene.stem}`)
  })

  it.each(['{', '"text"', '{"judge":"offline-similarity/1"}'])('with answers %s is caught', async (text) => {
    const transcript = `sha256:${await copy.put(new TextEncoder().encode(text), 'json')}`
    const commit = await judged(() => ({ transcript }))
    expect(placesOf(await lookAgain())).toEqual([`evidence/verdict ${commit} ${reportPath()}`])
  })

  it('of a judge whose answers nobody can read here has to be believed', async () => {
    const commit = await judged(({ issues }) => ({ issues: `${issues} ` }), 'somebody/1')
    const found = await lookAgain()
    expect(placesOf(found)).toEqual([`evidence/judge ${commit} ${reportPath()}`])
    expect(found.findings[0]).toMatchObject({ severity: 'note' })
    expect(found.evidence.verdicts).toMatchObject({ believed: 1 })
  })
})

describe('a machine that cannot draw', () => {
  it('says so, and accuses nobody', async () => {
    const failing = {
      id: cpuRendererId({}),
      deterministic: true,
      render: async (_kind: ModelKind): Promise<Rendering> => ({
        ok: false,
        fault: 'infrastructure',
        code: 'timeout',
        detail: 'too slow',
      }),
    }
    const found = await copy.look({ renderer: failing, judge: { ...offlineJudge, id: 'x/1', judge: never } })
    expect(new Set(found.findings.map(({ code, severity }) => `${code} ${severity}`))).toEqual(
      new Set(['evidence/unfetched warning']),
    )
    expect(found.evidence.previews).toMatchObject({ checked: 0 })
  })
})

const never = async () => ({ kind: 'void', cause: 'never asked' }) as const

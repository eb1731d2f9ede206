import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../../src/errors.ts'
import { openHistory } from '../../../src/repo/open-history.ts'
import { FolderSource } from '../../../src/store/source/folder-source.ts'
import { HttpSource } from '../../../src/store/source/http-source.ts'
import { openObjects } from '../../../src/store/source/open-objects.ts'
import { PatientSource } from '../../../src/store/source/patient-source.ts'
import { FactFile, factOf } from '../../../src/verify/evidence/facts.ts'
import { temporaryFolder } from '../../store/temporary.ts'
import { startFileServer, startHttpServer } from '../../support/file-server.ts'
import { BUCKET, startS3Server } from '../../support/s3-server.ts'
import { type SmallDemo, smallDemo } from '../../support/small-demo.ts'
import { lookedAt, requestOn, WatchedSource } from './support.ts'

const dir = temporaryFolder()
let demo: SmallDemo
beforeAll(async () => {
  demo = await smallDemo()
})
afterAll(() => demo[Symbol.asyncDispose]())

async function lookAt(address: string) {
  await using source = await openObjects(address)
  return await lookedAt(demo.repo, requestOn(source, { rejudge: 5 }))
}

describe('a clean demo, with all of its evidence', () => {
  const check = ({ evidence, findings }: Awaited<ReturnType<typeof lookAt>>) => {
    expect(findings).toEqual([])
    const { objects, previews, distances, verdicts, named, rejudged } = evidence
    expect(named).toBeGreaterThan(30)
    expect(objects).toEqual({ good: named, known: 0, missing: 0, damaged: 0, unfetched: 0 })
    for (const tally of [previews, distances, verdicts]) {
      expect(tally?.recorded).toBeGreaterThan(5)
      expect(tally).toMatchObject({ checked: tally?.recorded, equal: tally?.recorded, believed: 0 })
    }
    expect(rejudged).toMatchObject({ drawn: 5, asked: 5, agreed: 5, unanswered: 0, disagreements: [] })
    return evidence
  }

  it('holds, from a folder', async () => {
    expect(check(await lookAt(demo.store)).store).toBe(demo.store)
  })

  it('holds, over HTTP', async () => {
    await using server = await startFileServer(() => demo.store)
    expect(check(await lookAt(`${server.url}/`)).store).toBe(server.url)
  })

  it('holds, from a bucket', async () => {
    await using server = await startS3Server()
    await server.putFolder(demo.store, 'demo/objects/')
    const address = `s3://${BUCKET}/demo/objects?endpoint=http://127.0.0.1:${server.port}`
    expect(check(await lookAt(address)).store).toBe(`s3://${BUCKET}/demo/objects at http://127.0.0.1:${server.port}`)
  })
})

const patient = (url: string) => new PatientSource(new HttpSource(url), { attempts: 2, sleep: async () => {} })

describe('what is new since a commit', () => {
  it('is looked at with what was on record before', async () => {
    await using history = await openHistory(demo.repo)
    const commits = await Array.fromAsync(history.commits())
    const judging = commits.findIndex(({ changed }) => changed.some(({ path }) => path.includes('/duels_')))
    const since = commits[judging - 1]!.oid
    const { evidence, findings } = await lookedAt(demo.repo, requestOn(await FolderSource.open(demo.store)), { since })
    expect(findings).toEqual([])
    const whole = await lookedAt(demo.repo, requestOn(await FolderSource.open(demo.store)))
    expect(evidence.verdicts).toEqual(whole.evidence.verdicts)
    expect(evidence.distances).toEqual(whole.evidence.distances)
    expect(evidence.named).toBeLessThan(whole.evidence.named)
  })
})

describe('a store that fails', () => {
  it('does not make evidence missing: nothing is said when it never answers', async () => {
    await using server = await startHttpServer((_, response) => response.writeHead(503).end())
    await using source = patient(server.url)
    await expect(lookedAt(demo.repo, requestOn(source))).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('does not make evidence missing: nothing is said when it lets nobody in', async () => {
    await using server = await startHttpServer((_, response) => response.writeHead(403).end())
    await using source = patient(server.url)
    await expect(lookedAt(demo.repo, requestOn(source))).rejects.toMatchObject({ code: 'unauthorised' })
  })

  it('now and then leaves a few objects that could not be looked at', async () => {
    const source = new WatchedSource(await FolderSource.open(demo.store), (_, asked) => {
      if (asked % 10 === 0) throw new RoundkeeperError('unavailable', 'out of order')
    })
    const { evidence, findings } = await lookedAt(demo.repo, requestOn(source))
    expect(evidence.objects?.unfetched).toBeGreaterThan(0)
    expect(evidence.objects?.missing).toBe(0)
    expect(new Set(findings.map(({ code, severity }) => `${code} ${severity}`))).toEqual(
      new Set(['evidence/unfetched warning']),
    )
  })

  it('is not waited for by somebody who gave up', async () => {
    const controller = new AbortController()
    const source = new WatchedSource(await FolderSource.open(demo.store), () => controller.abort())
    await expect(lookedAt(demo.repo, requestOn(source), { signal: controller.signal })).rejects.toThrow()
    expect(source.asked.length).toBeLessThan(20)
  })
})

const watched = async (meddle?: ConstructorParameters<typeof WatchedSource>[1]) =>
  new WatchedSource(await FolderSource.open(demo.store), meddle)

describe('what was verified before', () => {
  it('is not fetched again, and the report is the same but for that', async () => {
    const cache = join(dir(), 'twice')
    const first = await lookedAt(demo.repo, requestOn(await watched(), { facts: await FactFile.open(cache) }))
    const source = await watched()
    const again = await lookedAt(demo.repo, requestOn(source, { facts: await FactFile.open(cache) }))
    expect(source.asked).toEqual([])
    expect(again.evidence.objects).toMatchObject({ good: 0, known: first.evidence.named })
    const { objects: _, ...rest } = first.evidence
    expect(again.evidence).toMatchObject(rest)
  })

  it('is kept when a run is stopped in the middle', async () => {
    const cache = join(dir(), 'stopped')
    const controller = new AbortController()
    const halfway = await watched((_, asked) => {
      if (asked === 25) controller.abort()
    })
    const facts = await FactFile.open(cache)
    await expect(lookedAt(demo.repo, requestOn(halfway, { facts }), { signal: controller.signal })).rejects.toThrow()
    const rest = await watched()
    const { evidence } = await lookedAt(demo.repo, requestOn(rest, { facts: await FactFile.open(cache) }))
    expect(rest.asked.length).toBeLessThan(evidence.named)
    expect((evidence.objects?.good ?? 0) + (evidence.objects?.known ?? 0)).toBe(evidence.named)
    expect(evidence.objects?.known).toBeGreaterThan(0)
  })

  it('is about one store, and about what exactly was on record', () => {
    const fact = { output: { png_sha256: 'a' }, tools: { store: 'x' } }
    expect(factOf(fact)).toBe(factOf(structuredClone(fact)))
    expect(factOf({ ...fact, tools: { store: 'y' } })).not.toBe(factOf(fact))
  })

  it('survives a line that was cut short', async () => {
    const cache = join(dir(), 'cut')
    const [one, two] = [factOf({ one: 1 }), factOf({ two: 2 })]
    const facts = await FactFile.open(cache)
    await facts.add(one)
    await appendFile(join(cache, 'verified.txt'), two.slice(0, 20))
    const later = await FactFile.open(cache)
    await later.add(two)
    const end = await FactFile.open(cache)
    expect([end.has(one), end.has(two), end.has(two.slice(0, 20))]).toEqual([true, true, false])
    expect(await readFile(join(cache, 'verified.txt'), 'utf8')).toContain(two)
  })

  it('cannot be kept in what is no folder', async () => {
    await appendFile(join(dir(), 'file'), '')
    await expect(FactFile.open(join(dir(), 'file'))).rejects.toMatchObject({ code: 'unavailable' })
  })
})

import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generation3d, type Ports } from '../../src/formats/generation-3d/index.ts'
import { type Gallery, writeGallery } from '../../src/gallery/write-gallery.ts'
import type { Side } from '../../src/judge/judge.ts'
import { openSource } from '../../src/repo/open.ts'
import { competition, everyRound, miner, type TestCompetition } from '../support/competition.ts'
import { downloaderOf } from '../support/fake-downloader.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { roundkeeper } from '../support/in-process-cli.ts'
import { brokenLinks } from './links.ts'

const bundle = fileURLToPath(new URL('../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const asPicture = (bytes: Uint8Array) => Buffer.concat([SIGNATURE, bytes])
const asNumbers = (bytes: Uint8Array) => bytes.subarray(SIGNATURE.length)

/** The fakes, whose previews and prompts begin like pictures. */
function picturePorts(ports: Omit<Ports, 'store'>): Omit<Ports, 'store'> {
  const bare = (side: Side): Side => ({ ...side, png: asNumbers(side.png) })
  return {
    ...ports,
    downloader: downloaderOf(async (url, limits, signal) => {
      const result = await ports.downloader.fetch(url, limits, signal)
      return result.ok && url.startsWith('https://prompts.test/')
        ? { ...result, bytes: asPicture(result.bytes) }
        : result
    }),
    renderer: {
      ...ports.renderer,
      async render(...given) {
        const result = await ports.renderer.render(...given)
        return result.ok ? { ...result, png: asPicture(result.png) } : result
      },
    },
    distance: {
      ...ports.distance,
      distance: (a, b, ...more) => ports.distance.distance(asNumbers(a), asNumbers(b), ...more),
    },
    judge: {
      ...ports.judge,
      judge: (question, signal) =>
        ports.judge.judge({ ...question, left: bare(question.left), right: bare(question.right) }, signal),
    },
  }
}

const leader = miner('old', 1)
const better = miner('better', 3)
const cheat = miner('cheat', 9, 0)
const empty = miner('empty', () => null)
const copy = { ...miner('copy', 3), repo: better.repo, commit: better.commit }

describe('the gallery of a small competition', () => {
  let played: TestCompetition
  let out = ''
  let gallery: Gallery
  const page = (name: string) => readFile(join(out, name), 'utf8')
  const draw = (dir: string) => writeGallery({ repo: played.repo, store: played.store, dir })

  beforeAll(async () => {
    const miners = [better, cheat, empty, copy]
    played = await competition({
      leader,
      miners,
      format: (store) => generation3d({ store, ...picturePorts(fakePorts([...miners, leader])) }),
      before: everyRound(...miners),
    })
    expect(await played.play()).toMatchObject({ status: 'finished', errors: [] })
    out = join(played.dir, 'gallery')
    gallery = await draw(out)
  })
  afterAll(() => played[Symbol.asyncDispose]())

  it('has an index and a page for every round, linked with each other', async () => {
    expect((await readdir(out)).sort()).toEqual([
      'index.html',
      'pictures',
      'round-0.html',
      'round-1.html',
      'round-2.html',
    ])
    expect(gallery).toMatchObject({ index: join(out, 'index.html'), pages: 4 })
    expect(await brokenLinks(out)).toEqual([])
    expect(await page('index.html')).toContain('href="round-2.html"')
    expect(await page('round-1.html')).toMatch(/href="round-0\.html"[\s\S]*href="round-2\.html"/)
  })

  it('tells of the crown', async () => {
    const index = await page('index.html')
    expect(index).toMatch(/old\/model[\s\S]*at the start[\s\S]*better\/model[\s\S]*took over[\s\S]*defended/)
    expect(index).toContain('<svg')
  })

  it('tells what became of everybody, and why', async () => {
    const round = await page('round-0.html')
    expect(round).toMatch(/better\/model.*won the round/)
    expect(round).toMatch(/cheat\/model.*failed its audit.*mismatches/i)
    expect(round).toMatch(/empty\/model.*did not beat the leader.*−1\.00.*0 of 4/)
    expect(round).toMatch(/duplicate.*same commit as/)
    expect(round).toMatch(/does not count: the challenger was rejected/)
    expect(round).toContain('<s>')
  })

  it('shows prompts and previews from the store, and says why there is none', async () => {
    const round = await page('round-0.html')
    const shown = new Set([...round.matchAll(/src="(pictures\/[0-9a-f]{64}\.png)"/g)].map(([, src]) => src))
    expect(shown.size).toBeGreaterThan(8)
    const head = await readFile(join(out, [...shown][0] ?? ''))
    expect(head.subarray(0, 8)).toEqual(SIGNATURE)
    expect(round).toMatch(/class="nothing"><span>http_404/)
    expect((await readdir(join(out, 'pictures'))).length).toBe(gallery.pictures)
  })

  it('gives the judge’s words and marks the winner', async () => {
    expect(await page('round-0.html')).toMatch(/<figure class="won">[\s\S]*?challenger <b>wins<\/b>[\s\S]*?1 : 3/)
  })

  it('is the same when drawn again, over itself too', async () => {
    const before = await page('round-0.html')
    expect(await draw(out)).toEqual(gallery)
    expect(await page('round-0.html')).toBe(before)
  })

  it('names addresses where no store is known', async () => {
    const bare = join(played.dir, 'bare')
    expect((await writeGallery({ repo: played.repo, store: undefined, dir: bare })).pictures).toBe(0)
    const round = await readFile(join(bare, 'round-0.html'), 'utf8')
    expect(round).toContain('https://prompts.test/{prompt}.png')
    expect(round).not.toContain('<img')
    expect(await brokenLinks(bare)).toEqual([])
  })

  it('never writes over something else, and says where it cannot', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-gallery-'))
    await writeFile(join(dir, 'index.html'), '<p>my page</p>')
    await expect(draw(dir)).rejects.toMatchObject({ code: 'usage', hint: expect.stringContaining('--out') as string })
    expect(await readdir(dir)).toEqual(['index.html'])
    const within = join(dir, 'index.html', 'gallery')
    await expect(draw(within)).rejects.toMatchObject({ code: 'usage', where: within })
    await rm(dir, { recursive: true })
  })

  it('is drawn by the command line, which says where it is', async () => {
    const dir = join(played.dir, 'cli')
    const store = join(played.dir, 'store')
    const run = await roundkeeper('gallery', join(played.dir, 'state.git'), '--store', store, '--out', dir, '--json')
    expect(JSON.parse(run.stdout)).toEqual({ ...gallery, index: join(dir, 'index.html') })
    const wrong = await roundkeeper('gallery', join(played.dir, 'state.git'), '--store', join(dir, 'nowhere'))
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('--store') as string })
    expect((await roundkeeper('gallery', '--help')).stdout).toMatch(/Examples:\n {2}\$ roundkeeper /)
  })
})

describe(`the gallery of a real history${existsSync(bundle) ? '' : ' (its bundle is not here)'}`, () => {
  it.skipIf(!existsSync(bundle))('needs no store, and stays small', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-gallery-'))
    try {
      await using repo = await openSource(bundle)
      expect(await writeGallery({ repo, store: undefined, dir })).toMatchObject({ pages: 1 + 3 + 143, pictures: 0 })
      expect(await brokenLinks(dir)).toEqual([])
      const sizes = (await readdir(dir)).map(async (name) => (await stat(join(dir, name))).size)
      expect((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)).toBeLessThan(9_000_000)
      const round = await readFile(join(dir, 'round-0.html'), 'utf8')
      expect(round).toMatch(/super-duper-funicular.*won the round/)
      expect(round).toMatch(/failed the review of its source.*Repository not found/)
      expect(await readFile(join(dir, 'round-2.html'), 'utf8')).toContain('Not decided yet')
    } finally {
      await rm(dir, { recursive: true })
    }
  })
})

import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generation3d, type Ports } from '../../src/formats/generation-3d/index.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
import { files } from '../../src/state/index.ts'
import { canonicalJson } from '../../src/store/canonical-json.ts'
import { evidenceKey } from '../../src/store/evidence.ts'
import { competition, everyRound, miner, type Setup, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { Gathering } from './gathering.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const other = miner('other', 2)
const MINERS = [base, good, other]
const games: TestCompetition[] = []
afterEach(async () => {
  for (const game of games.splice(0)) await game[Symbol.asyncDispose]()
})

async function tiny(format?: Setup['format']): Promise<TestCompetition> {
  const config = testConfig({ last_competition_date: '2026-03-01', settings: { deadline_sweep: true } })
  const before = everyRound(good, other)
  const game = await competition({ config, leader: base, miners: [good, other], before, ...(format && { format }) })
  games.push(game)
  return game
}

const treeOf = async ({ dir, repo }: TestCompetition) =>
  execFileSync('git', ['rev-parse', `${await repo.head()}^{tree}`], { cwd: `${dir}/state.git`, encoding: 'utf8' })

/** With everything that a round has to gather in one folder, and none of it let in. */
async function gathered() {
  const gathering = new Gathering(await tiny(), MINERS)
  await gathering.game.play((report) => report.stage === 'miner_generation')
  gathering.game.clock.advance(61 * 60_000)
  const { folder } = await gathering.work()
  return { gathering, folder, records: await recordsIn(folder) }
}

interface Kept {
  readonly key: string
  readonly inputs: object
  readonly result: Record<string, unknown>
}

async function recordsIn(folder: string): Promise<Kept[]> {
  const names = await readdir(join(folder, 'evidence'), { recursive: true, withFileTypes: true })
  return Promise.all(
    names
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        return { key: path.slice(folder.length + 1), ...JSON.parse(await readFile(path, 'utf8')) }
      }),
  )
}
/** The usual downloads, but for one miner. */
function broken(name: string, how: { code: string; detail: string }): Ports['downloader'] {
  const { downloader } = fakePorts(MINERS)
  return {
    fetch: (...about) => downloader.fetch(...about),
    look: (...about) => downloader.look(...about),
    stream: async (url, ...rest) =>
      url.includes(name) ? { ok: false, fault: 'source', ...how } : downloader.stream(url, ...rest),
  }
}

const kindOf = (key: string) => key.split('/')[1] ?? ''
const first = (records: readonly Kept[], kind: string) => records.find(({ key }) => kindOf(key) === kind) as Kept

describe('a round whose work is done elsewhere', () => {
  let [alone, tree] = ['', '']
  beforeAll(async () => {
    const game = await tiny()
    expect((await game.play()).status).toBe('finished')
    alone = await game.repo.head()
    tree = await treeOf(game)
  })

  it('ends at the same commit, gathered in one piece', async () => {
    const gathering = new Gathering(await tiny(), MINERS)
    const report = await gathering.play(async () => [(await gathering.work()).folder])
    expect(report.status).toBe('finished')
    expect(await gathering.game.repo.head()).toBe(alone)
  })

  it('ends at the same files, gathered in three shards, of which one does not come and one lies', async () => {
    const gathering = new Gathering(await tiny(), MINERS)
    const refused = new Set<string>()
    let turn = 0
    const report = await gathering.play(
      async () => {
        const audits = await gathering.work({ at: 1, of: 1 }, ['regeneration', 'preview', 'distance'])
        const folders = [audits.folder]
        for (const at of [1, 2, 3]) folders.push((await gathering.work({ at, of: 3 })).folder)
        turn += 1
        if (turn % 2 === 0) return folders
        const counts = await Promise.all(
          folders.map(async (folder) => (await recordsIn(folder).catch(() => [])).length),
        )
        // The one that did most lies, and another one does not come.
        const most = counts.indexOf(Math.max(...counts))
        await bend(folders[most] ?? '')
        return folders.filter((_, at) => at === most || at !== (most === 3 ? 2 : 3))
      },
      ({ refused: list }) => {
        for (const { why } of list) refused.add(why)
      },
    )
    expect(report.status).toBe('finished')
    // What came late was committed later; nothing else is different.
    expect(await treeOf(gathering.game)).toBe(tree)
    expect(refused.size).toBeGreaterThan(0)
  })

  it('rejects an image that others could not run, as whoever decides alone would', async () => {
    const { pods } = fakePorts(MINERS)
    const start: typeof pods.start = async (image, ...rest) =>
      image.includes('good/') ? { ok: false, fault: 'image', detail: 'it never answers' } : pods.start(image, ...rest)
    const ports = { ...fakePorts(MINERS), pods: { ...pods, start } }
    const lone = await tiny((store) => generation3d({ ...ports, store }))
    await lone.play()
    const gathering = new Gathering(await tiny(), MINERS, ports)
    await gathering.play(async () => [(await gathering.work()).folder])
    const audits = await (await gathering.game.now()).read(files.generationAudits, 0)
    expect(audits[good.hotkey]).toMatchObject({ outcome: 'rejected' })
    expect(await gathering.game.repo.head()).toBe(await lone.repo.head())
  })

  it('waits for what is not gathered, and takes nobody for a failure', async () => {
    const { gathering } = await gathered()
    const { missing } = await gathering.reduce([])
    expect(missing).toEqual({ deadline: 2 })
    const report = await gathering.tick()
    expect(report).toMatchObject({ status: 'idle', stage: 'miner_generation', errors: [] })
    expect(report.waiting?.for).toMatch(/^evidence \(not gathered yet: deadline of 5/)
  })

  it('records of a download that failed for good what the one who tried says', async () => {
    const gathering = new Gathering(await tiny(), MINERS, {
      downloader: broken('good-model', { code: 'http_status', detail: 'HTTP 404' }),
    })
    await gathering.game.play((report) => report.stage === 'miner_generation')
    gathering.game.clock.advance(61 * 60_000)
    for (let turn = 0; turn < 2; turn++) {
      await gathering.reduce([(await gathering.work()).folder])
      await gathering.tick()
    }
    const now = await gathering.game.now()
    expect(Object.values(await now.read(files.submitted, 0, good.hotkey))).toEqual(
      Array.from({ length: 4 }, () =>
        expect.objectContaining({ glb: null, failure: 'http_status: HTTP 404', download_failure: 'http_status' }),
      ),
    )
  })
})

/** All that can be said otherwise: other results under the keys of true ones, contents that are not what they are called. */
async function bend(folder: string): Promise<void> {
  const records = await recordsIn(folder).catch(() => [])
  for (const { key, inputs, result } of records) {
    const bent = kindOf(key) === 'downloads' ? bentHaul(result) : { ...result, winner: 'nobody', png_sha256: 'x' }
    await writeFile(join(folder, key), canonicalJson({ kind: kindOf(key), inputs, result: bent }))
  }
  for (const path of await contentsIn(folder)) await writeFile(path, 'other bytes')
}

const bentHaul = (haul: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(haul).map(([stem, file]) => [stem, { ...(file as object), size: 9 ** 20 }]))

async function contentsIn(folder: string): Promise<string[]> {
  const found = await readdir(join(folder, 'sha256'), { recursive: true, withFileTypes: true }).catch(() => [])
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

describe('a folder that was handed in', () => {
  /** @returns why it was refused, by kind, and what was missing after all */
  const reduced = async (bent: (folder: string, records: Kept[]) => Promise<unknown>) => {
    const { gathering, folder, records } = await gathered()
    await bent(folder, records)
    const { refused, missing, taken } = await gathering.reduce([folder])
    const store = gathering.game.store
    return { why: refused.map(({ key, why }) => `${kindOf(key)}: ${why}`), missing, taken, store, records }
  }
  const rewrite = (folder: string, { key, inputs }: Kept, result: unknown) =>
    writeFile(join(folder, key), canonicalJson({ kind: kindOf(key), inputs, result }))

  it('is believed where all is well, and believed nothing that nobody asks for', async () => {
    const { why, missing, taken, store } = await reduced(async (folder) => {
      const key = evidenceKey('preview', { model: 'of somebody else' })
      await writeFile(join(folder, key), canonicalJson({ kind: 'preview', inputs: {}, result: {} }))
      await writeFile(join(folder, 'manifest.json'), '{"made": "everything"}')
      await mkdir(join(folder, 'evidence', 'undecided'), { recursive: true })
    })
    expect({ why, missing }).toEqual({ why: [], missing: {} })
    expect(Object.values(taken)[0]).toBeGreaterThan(30)
    expect(await store.has(evidenceKey('preview', { model: 'of somebody else' }))).toBe(false)
  })

  it.each<[string, string, (folder: string, records: Kept[]) => Promise<unknown>]>([
    [
      'a link out of it',
      'it is no plain file',
      async (folder, records) => {
        const path = join(folder, first(records, 'deadline').key)
        await rm(path)
        await symlink('/etc/hostname', path)
      },
    ],
    [
      'a folder that is a link',
      'it is no plain file',
      async (folder) => {
        const [from, to] = [join(folder, 'evidence', 'deadline'), join(dirname(folder), 'elsewhere')]
        await mkdir(to)
        for (const name of await readdir(from)) await writeFile(join(to, name), await readFile(join(from, name)))
        await rm(from, { recursive: true })
        await symlink(to, from)
      },
    ],
    [
      'a record that is huge',
      'it has more than',
      (folder, records) => rewrite(folder, first(records, 'deadline'), 'x'.repeat(2 ** 21)),
    ],
    [
      'a record under the key of another',
      'it is about something else',
      async (folder, records) => {
        const [one, two] = records.filter(({ key }) => kindOf(key) === 'deadline')
        await writeFile(join(folder, one?.key ?? ''), await readFile(join(folder, two?.key ?? '')))
      },
    ],
    [
      'a record with something between its lines',
      'it is not written as evidence is',
      async (folder, records) => {
        const { key, inputs, result } = first(records, 'deadline')
        await writeFile(join(folder, key), JSON.stringify({ kind: 'deadline', inputs, result, more: 1 }))
      },
    ],
    [
      'no JSON at all, deeper than any stack',
      'Maximum call stack',
      (folder, records) =>
        writeFile(join(folder, first(records, 'deadline').key), `{"result":${'['.repeat(9e4)}${']'.repeat(9e4)}}`),
    ],
    [
      'a sight that contradicts itself',
      'what is said of a file contradicts itself',
      (folder, records) =>
        rewrite(folder, first(records, 'deadline'), { asked_at_block: 901, files: { p00: { there: 'no', asks: 1 } } }),
    ],
    [
      'a sight before the deadline',
      'nobody can have asked in that block',
      (folder, records) => {
        const sight = first(records, 'deadline')
        return rewrite(folder, sight, { ...sight.result, asked_at_block: 900 })
      },
    ],
    [
      'a sight of tomorrow',
      'nobody can have asked in that block',
      (folder, records) => {
        const sight = first(records, 'deadline')
        return rewrite(folder, sight, { ...sight.result, asked_at_block: 9_000 })
      },
    ],
    [
      'files that nobody asked for',
      'it is not about the files that were asked for',
      (folder, records) => rewrite(folder, first(records, 'downloads'), {}),
    ],
    [
      'a model larger than the rules allow',
      '',
      (folder, records) => {
        const download = first(records, 'downloads')
        return rewrite(folder, download, bentHaul(download.result))
      },
    ],
    [
      'a size that is not that of the model',
      'bytes, not 7',
      (folder, records) => {
        const download = first(records, 'downloads')
        const haul = Object.entries(download.result).map(([stem, file]) => [stem, { ...(file as object), size: 7 }])
        return rewrite(folder, download, Object.fromEntries(haul))
      },
    ],
    [
      'a verdict for nobody',
      'winner: ',
      (folder, records) => {
        const duel = first(records, 'duel')
        return rewrite(folder, duel, { ...duel.result, winner: 'nobody' })
      },
    ],
    [
      'a picture that is not what it is called',
      'on which it rests, holds other bytes',
      async (folder, records) => {
        const { png_sha256: sha256 } = first(records, 'preview').result as { png_sha256: string }
        await writeFile(join(folder, 'sha256', sha256.slice(0, 2), `${sha256}.png`), 'another')
      },
    ],
    [
      'a transcript that is not there',
      'on which it rests, is missing',
      async (folder, records) => {
        const { transcript } = first(records, 'duel').result as { transcript: string }
        const sha256 = transcript.slice('sha256:'.length)
        await rm(join(folder, 'sha256', sha256.slice(0, 2), `${sha256}.json`))
      },
    ],
  ])('is not believed: %s', async (_, expected, bent) => {
    const { why, missing, store, records } = await reduced(bent)
    expect(why.length).toBeGreaterThan(0)
    expect(why.join('\n')).toContain(expected)
    expect(Object.keys(missing).length).toBeGreaterThan(0)
    // What is in the store is what the honest folder had, or nothing.
    for (const { key, inputs, result } of records) {
      const kept = await store.get(key)
      if (kept !== undefined)
        expect(sha256Hex(kept)).toBe(sha256Hex(canonicalJson({ kind: kindOf(key), inputs, result })))
    }
  })

  it('that says otherwise than an earlier one is told, and not believed', async () => {
    const { gathering, folder, records } = await gathered()
    const second = (await gathering.work()).folder
    const { key, inputs, result } = first(records, 'duel')
    const bent = canonicalJson({ kind: 'duel', inputs, result: { ...result, issues: 'bought' } })
    await writeFile(join(second, key), bent)
    const { disputed } = await gathering.reduce([folder, second])
    expect(disputed).toContainEqual(expect.objectContaining({ key }))
    expect(String(Buffer.from((await gathering.game.store.get(key)) ?? []))).not.toContain('bought')
  })
})

describe('a match that too few verdicts were had of', () => {
  it('is told by whoever lets evidence in, and asked about anew the next time', async () => {
    const { judge } = fakePorts(MINERS)
    let isVoid = true
    const silent: Ports['judge'] = {
      ...judge,
      judge: async (...about) =>
        isVoid ? { kind: 'void', cause: 'no answer', transcript: [] } : judge.judge(...about),
    }
    const gathering = new Gathering(await tiny(), MINERS, { judge: silent })
    await gathering.game.play((report) => report.stage === 'miner_generation')
    gathering.game.clock.advance(61 * 60_000)
    const { errors } = await gathering.reduce([(await gathering.work()).folder])
    expect(errors).toMatchObject([
      { code: 'unavailable', message: expect.stringMatching(/^4 of 4 duels got no verdict/) },
    ])
    expect(await gathering.tick()).toMatchObject({ stage: 'duels', errors: [] })
    isVoid = false
    const report = await gathering.play(async () => [(await gathering.work()).folder])
    expect(report.status).toBe('finished')
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import type { AdvanceReport } from '../../src/engine/advance.ts'
import type { Format } from '../../src/engine/format.ts'
import type { Progress } from '../../src/engine/owner.ts'
import { backOff } from '../../src/formats/generation-3d/download-model.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import type { Downloader, DownloadFailure, DownloadLimits, LookResult } from '../../src/media/download.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import type { StateRepo } from '../../src/repo/state-repo.ts'
import { type Config, files, type Seen } from '../../src/state/index.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const other = miner('other', 2)
const SETTINGS = { deadline_sweep: true, download_minutes: 30 }
const games: TestCompetition[] = []
afterEach(async () => {
  for (const game of games.splice(0)) await game[Symbol.asyncDispose]()
})

/** At its deadline; the next tick asks what is there. */
async function atDeadline(settings: object = SETTINGS, changes: Partial<Config> = {}): Promise<TestCompetition> {
  const config = { ...testConfig({ settings: { ...settings } }), ...changes }
  const game = await competition({ config, leader: base, miners: [good, other], before: everyRound(good, other) })
  games.push(game)
  await game.play((report) => report.stage === 'miner_generation')
  game.clock.advance(61 * 60_000)
  return game
}

/** From the deadline to the duels, and no further. */
async function download(game: TestCompetition, format: Format, repo = game.repo): Promise<AdvanceReport> {
  const swept = await game.tick({ format, repo, untilIdle: false })
  return swept.stage === 'downloading' && swept.errors.length === 0
    ? game.tick({ format, repo, untilIdle: false })
    : swept
}

interface Script {
  /** Called before the usual answer, with how often this address was asked before; undefined: the usual answer. */
  look?(
    url: string,
    before: number,
    limits: DownloadLimits,
    signal: AbortSignal,
  ): LookResult | undefined | Promise<LookResult | undefined>
  stream?(url: string, before: number): DownloadFailure | undefined
}

function scripted(game: TestCompetition, { look, stream }: Script) {
  const ports = fakePorts([base, good, other])
  const calls = { look: new Map<string, number>(), stream: new Map<string, number>() }
  const count = (of: Map<string, number>, url: string) => {
    const before = of.get(url) ?? 0
    of.set(url, before + 1)
    return before
  }
  const downloader: Downloader = {
    fetch: ports.downloader.fetch,
    async look(url, ...rest) {
      const before = count(calls.look, url)
      return (await look?.(url, before, ...rest)) ?? ports.downloader.look(url, ...rest)
    },
    async stream(url, ...rest) {
      const before = count(calls.stream, url)
      return stream?.(url, before) ?? ports.downloader.stream(url, ...rest)
    },
  }
  const format = generation3d({ store: game.store, ...ports, downloader })
  return { format, calls }
}

const isGood = (url: string) => url.includes('good-model')
const missing: LookResult = { ok: false, fault: 'source', code: 'http_status', detail: 'HTTP 404', status: 404 }
const trouble: DownloadFailure = {
  ok: false,
  fault: 'source',
  code: 'http_status',
  detail: 'HTTP 503',
  status: 503,
  transient: true,
}
const silent: DownloadFailure = {
  ok: false,
  fault: 'source',
  code: 'timeout',
  detail: 'no headers',
  silent: true,
  transient: true,
}
const ours: DownloadFailure = { ok: false, fault: 'infrastructure', code: 'local', detail: 'EMFILE' }

async function seenOf(game: TestCompetition): Promise<Seen[]> {
  return Object.values((await (await game.now()).read(files.deadline, 0, good.hotkey)).files)
}
const submittedOf = async (game: TestCompetition, { hotkey } = good) =>
  Object.values(await (await game.now()).read(files.submitted, 0, hotkey))

async function objections(game: TestCompetition): Promise<string[]> {
  await using history = await openHistory(`${game.dir}/state.git`)
  const { findings } = await verify(history)
  return findings.filter(({ severity }) => severity !== 'note').map(({ code, message }) => `${code}: ${message}`)
}

describe('the deadline', () => {
  it('is that of every file: one that appears later does not count, and nobody fetches it', async () => {
    const game = await atDeadline()
    const [url = ''] = await (await game.now()).read(files.prompts, 0)
    const late = url.replace(/.*\/|\.png/g, '')
    const { format, calls } = scripted(game, {
      look: (asked) => (isGood(asked) && asked.endsWith(`/${late}.glb`) ? missing : undefined),
    })
    expect((await download(game, format)).errors).toEqual([])
    const now = await game.now()
    const record = await now.read(files.deadline, 0, good.hotkey)
    expect(record.files[late]).toEqual({ there: 'no', asks: 1, status: 404, failure: 'http_status: HTTP 404' })
    expect(Object.values(record.files).filter(({ there }) => there === 'yes')).toHaveLength(3)
    const output = (await now.read(files.submitted, 0, good.hotkey))[late]
    expect(output).toMatchObject({ glb: null, download_failure: 'not_at_deadline', download_attempts: 0 })
    expect(output?.failure).toBe(
      `not_at_deadline: http_status: HTTP 404 (asked from block ${record.asked_at_block} on)`,
    )
    expect([...calls.stream.keys()].filter((each) => each.endsWith(`/${late}.glb`))).toHaveLength(1)
    expect(await objections(game)).toEqual([])
  })

  it('asks a host again that stumbles', async () => {
    const game = await atDeadline()
    const { format } = scripted(game, { look: (url, before) => (isGood(url) && before < 2 ? trouble : undefined) })
    await download(game, format)
    expect(await seenOf(game)).toEqual(
      Array.from({ length: 4 }, () => expect.objectContaining({ there: 'yes', asks: 3, status: 200 })),
    )
  })

  it('takes a host for empty that has nothing to say for five minutes', async () => {
    const game = await atDeadline()
    const began = game.clock.now().getTime()
    const { format } = scripted(game, { look: (url) => (isGood(url) ? silent : undefined) })
    await game.tick({ format, untilIdle: false })
    const minutes = (game.clock.now().getTime() - began) / 60_000
    expect(minutes).toBeGreaterThanOrEqual(5)
    expect(minutes).toBeLessThan(21)
    expect(await seenOf(game)).toEqual(
      Array.from({ length: 4 }, () => ({ there: 'no', asks: 5, failure: 'timeout: no headers' })),
    )
    await download(game, scripted(game, {}).format)
    expect((await submittedOf(game)).every(({ glb }) => glb === null)).toBe(true)
    expect((await submittedOf(game, other)).every(({ glb }) => glb !== null)).toBe(true)
    expect(await objections(game)).toEqual([])
  })

  it('is not put off by a host that lets every question wait', async () => {
    const game = await atDeadline(SETTINGS, { prompts_per_round: 24 })
    const began = game.clock.now().getTime()
    const limits = new Set<number>()
    const { format, calls } = scripted(game, {
      async look(url, _before, { timeoutMs }, signal) {
        if (!isGood(url)) return undefined
        limits.add(timeoutMs)
        await game.clock.sleep(2 * timeoutMs, signal)
        return silent
      },
    })
    await game.tick({ format, untilIdle: false })
    // Five times for every file would take an hour.
    expect(game.clock.now().getTime() - began).toBeLessThan(20 * 60_000)
    expect([...limits]).toEqual([30_000, 2_000])
    const asks = [...calls.look].filter(([url]) => isGood(url)).map(([, count]) => count)
    expect(asks).toHaveLength(24)
    expect((await seenOf(game)).every(({ there }) => there === 'no')).toBe(true)
    expect(await objections(game)).toEqual([])
  })

  it('counts nothing against anybody that we could not ask', async () => {
    const game = await atDeadline()
    const { format } = scripted(game, { look: () => ours })
    await download(game, format)
    expect((await seenOf(game)).map(({ there, failure }) => [there, failure])).toEqual(
      Array.from({ length: 4 }, () => ['unknown', 'local: EMFILE']),
    )
    expect((await submittedOf(game)).every(({ glb }) => glb !== null)).toBe(true)
    expect(await objections(game)).toEqual([])
  })

  it('waits for our own network', async () => {
    const game = await atDeadline()
    const answered = Promise.withResolvers<void>()
    const { format, calls } = scripted(game, {
      async look(url) {
        if (url.includes('prompts.test')) setImmediate(answered.resolve)
        else if (!isGood(url)) await answered.promise
        return silent
      },
    })
    expect(await download(game, format)).toMatchObject({ status: 'failed', stage: 'miner_generation', commits: [] })
    // The prompts' own host was asked once for all files that nobody answered for, also for those that came after it.
    expect([...calls.look].filter(([url]) => url.includes('prompts.test')).map(([, asks]) => asks)).toEqual([1])
    await download(game, scripted(game, {}).format)
    expect((await submittedOf(game)).every(({ glb }) => glb !== null)).toBe(true)
    expect(await objections(game)).toEqual([])
  })

  it('is asked about once, also where a run dies before it is on record', async () => {
    const game = await atDeadline()
    const first = scripted(game, {})
    const { repo } = game
    const dying: StateRepo = { ...methods(repo), commit: () => Promise.reject(new Error('killed')) }
    expect((await game.tick({ format: first.format, repo: dying })).status).toBe('failed')
    game.clock.advance(600_000)
    const second = scripted(game, { look: () => missing })
    await download(game, second.format)
    expect(second.calls.look.size).toBe(0)
    expect((await seenOf(game)).every(({ there }) => there === 'yes')).toBe(true)
    expect(await objections(game)).toEqual([])
  })

  it('is not asked about where the competition does not say so', async () => {
    const game = await atDeadline({})
    const { format, calls } = scripted(game, {})
    await download(game, format)
    expect(calls.look.size).toBe(0)
    expect(await (await game.now()).find(files.deadline, 0, good.hotkey)).toBeUndefined()
  })
})

describe('a download that fails', () => {
  it('is tried again, with longer and longer waits', async () => {
    const game = await atDeadline()
    const times = new Map<string, number[]>()
    const { format } = scripted(game, {
      stream(url, before) {
        if (!isGood(url)) return undefined
        times.set(url, [...(times.get(url) ?? []), game.clock.now().getTime()])
        return before < 3 ? trouble : undefined
      },
    })
    await download(game, format)
    expect((await submittedOf(game)).map(({ download_attempts: attempts }) => attempts)).toEqual([4, 4, 4, 4])
    for (const [first = 0, second = 0, third = 0, fourth = 0] of times.values()) {
      expect(second - first).toBeGreaterThanOrEqual(1_500)
      expect(third - second).toBeGreaterThanOrEqual(3_000)
      expect(fourth - third).toBeGreaterThanOrEqual(6_000)
    }
    expect((await submittedOf(game)).every(({ failure, glb }) => failure === undefined && glb !== null)).toBe(true)
    expect((await submittedOf(game, other)).every((each) => each.download_attempts === undefined)).toBe(true)
    expect(await objections(game)).toEqual([])
  })

  it('waits a half to the whole of 3 s, 6 s, 12 s … five minutes', () => {
    expect([1, 2, 3, 7, 8, 20].map((attempts) => backOff(attempts, 0) / 1000)).toEqual([3, 6, 12, 192, 300, 300])
    expect([1, 2, 8].map((attempts) => backOff(attempts, 0.999) / 1000)).toEqual([
      expect.closeTo(1.5, 1),
      expect.closeTo(3, 1),
      expect.closeTo(150, 0),
    ])
  })

  it('is given up when the time for it is over, and its code and attempts are on record', async () => {
    const game = await atDeadline()
    const began = game.clock.now().getTime()
    const { format, calls } = scripted(game, { stream: (url) => (isGood(url) ? trouble : undefined) })
    expect((await download(game, format)).errors).toEqual([])
    expect(game.clock.now().getTime() - began).toBeLessThan(32 * 60_000)
    for (const output of await submittedOf(game)) {
      expect(output).toMatchObject({ glb: null, failure: 'http_status: HTTP 503', download_failure: 'http_status' })
      expect(output.download_attempts).toBeGreaterThan(8)
    }
    expect(Math.max(...calls.stream.values())).toBeLessThan(25)
    expect(await objections(game)).toEqual([])
  })

  it('has no more time when a run goes on where another was stopped', async () => {
    const game = await atDeadline()
    const stop = new AbortController()
    const first = scripted(game, {
      stream(url, before) {
        if (isGood(url) && before === 2) stop.abort()
        return isGood(url) ? trouble : undefined
      },
    })
    expect(await game.tick({ format: first.format, signal: stop.signal })).toMatchObject({
      status: 'stopped',
      stage: 'downloading',
    })
    game.clock.advance(29 * 60_000)
    const second = scripted(game, { stream: (url) => (isGood(url) ? trouble : undefined) })
    await download(game, second.format)
    const attempts = (await submittedOf(game)).map((output) => output.download_attempts ?? 0)
    expect(Math.min(...attempts)).toBeGreaterThan(0)
    expect(Math.max(...attempts)).toBeLessThan(8)
  })

  it('for good is not tried again', async () => {
    const game = await atDeadline()
    const gone = { ...trouble, detail: 'HTTP 404', status: 404, transient: false }
    const { format, calls } = scripted(game, { stream: (url) => (isGood(url) ? gone : undefined) })
    await download(game, format)
    expect(Math.max(...calls.stream.values())).toBe(1)
    expect((await submittedOf(game)).map((output) => output.download_attempts)).toEqual([1, 1, 1, 1])
  })
})

describe('downloading', () => {
  it('fetches nothing twice, whatever race is lost', async () => {
    const game = await atDeadline()
    const { format, calls } = scripted(game, {})
    let lost = 0
    const { repo } = game
    const contested: StateRepo = {
      ...methods(repo),
      async commit(from, change, by) {
        if (lost++ < 3) {
          const note = { files: new Map([[`notes/${lost}.md`, 'hello']]), message: 'A note', trailers: {} }
          await repo.commit(await repo.head(), note, by)
        }
        return repo.commit(from, change, by)
      },
    }
    expect((await download(game, format, contested)).errors).toEqual([])
    expect([...calls.stream.values()]).toEqual(Array.from({ length: 8 }, () => 1))
  })

  it('tells how many files and bytes there are, and how fast they come', async () => {
    const game = await atDeadline()
    const told: Progress[] = []
    const { format } = scripted(game, { stream: (url, before) => (isGood(url) && before === 0 ? trouble : undefined) })
    const telling: Format = {
      ...format,
      collect: (round, entries, context) =>
        format.collect(round, entries, { ...context, progress: (each) => void told.push(each) }),
    }
    await download(game, telling)
    const asked = told.filter(({ what }) => what.includes('files asked for'))
    expect(asked.map(({ done, total }) => [done, total])).toEqual(Array.from({ length: 8 }, (_, at) => [at + 1, 8]))
    expect(asked.at(-1)?.what).toMatch(/^round 0: files asked for \(0\.0 MB, 0\.0 MB a second\)$/)
    expect(told.at(-1)).toEqual({ what: 'round 0: entries gathered', done: 2, total: 2 })
  })
})

const methods = (repo: StateRepo): StateRepo => ({
  id: repo.id,
  head: () => repo.head(),
  read: (head, path) => repo.read(head, path),
  list: (head, folder) => repo.list(head, folder),
  changes: (base, head) => repo.changes(base, head),
  log: (head) => repo.log(head),
  commit: (from, change, by) => repo.commit(from, change, by),
})

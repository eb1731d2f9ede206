import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ClockChain } from '../../src/chain/clock-chain.ts'
import { advance } from '../../src/engine/advance.ts'
import type { Format } from '../../src/engine/format.ts'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import { Snapshot } from '../../src/engine/snapshot.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { generation3d, type Ports } from '../../src/formats/generation-3d/index.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
import { PythonRandom } from '../../src/rules/random.ts'
import { deadlineOf } from '../../src/rules/schedule.ts'
import { type Duel, files, LEADER, type Outputs } from '../../src/state/index.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import { owners } from '../../stages/index.ts'
import { downloaderOf } from '../support/fake-downloader.ts'

const bundle = fileURLToPath(new URL('../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))
const BLOCK_MS = 12_000
const ROUND = 1
/** The pool of that day is not public; its length was about this, and the draw only depends on positions. */
const POOL_LENGTH = 144_000

/**
 * The real second round of a public competition, played again by our engine from the state in which it was open. The
 * chain gives the recorded reveals, the judge the recorded outcomes of the duels, the images the recorded outputs.
 */
describe.skipIf(!existsSync(bundle))('the real round 1, advanced again', () => {
  let dir = ''
  let recorded: Snapshot
  let ours: Snapshot

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'roundkeeper-real-'))
    const git = (...args: string[]) => execFileSync('git', ['-C', dir, ...args], { encoding: 'utf8' }).trim()
    execFileSync('git', ['clone', '-q', '--bare', '-b', 'main', bundle, join(dir, 'real.git')])
    execFileSync('git', ['clone', '-q', '--bare', '-b', 'main', bundle, join(dir, 'ours.git')])
    const commitOf = (message: string) => git('--git-dir=real.git', 'log', '--format=%H', '-1', `--grep=${message}`)
    const opened = commitOf('^Update state (open), schedule, leader for round 1$')
    const closed = commitOf('^Update state (open), schedule, leader for round 2$')
    git('--git-dir=ours.git', 'update-ref', 'refs/heads/main', opened)
    const real = await BareRepo.open(join(dir, 'real.git'), { branch: 'main' })
    recorded = new Snapshot(real, await real.head())
    const finalizedAt = new Date(Number(git('--git-dir=real.git', 'log', '-1', '--format=%at', closed)) * 1000)

    const { chain, clock, times } = await realTime(recorded, finalizedAt)
    await revealAll(recorded, chain)
    const repo = await BareRepo.open(join(dir, 'ours.git'), { branch: 'main' })
    await repo.commit(
      await repo.head(),
      {
        files: new Map([['prompts.txt', await poolFor(recorded)]]),
        message: 'A pool that gives the recorded draw',
        trailers: {},
      },
      { name: 'Test', email: 'test@roundkeeper.test', at: clock.now() },
    )
    const store = new FolderStore({ dir: join(dir, 'store'), baseUrl: 'https://store.test' })
    const format = await recordedFormat(recorded, store)
    for (const at of times) {
      clock.set(at)
      const report = await advance({
        repo,
        clock,
        by: { name: 'Test', email: 'test@roundkeeper.test' },
        run: 'real-round',
        engine: 'roundkeeper/test',
        commitEveryMs: 60_000,
        owners,
        untilIdle: true,
        context: {
          chain,
          clock,
          pool: new InProcessPool(8),
          format,
          signal: new AbortController().signal,
          progress: () => undefined,
        },
      })
      expect(report.errors).toEqual([])
    }
    ours = new Snapshot(repo, await repo.head())
  }, 120_000)

  afterAll(() => rm(dir, { recursive: true, force: true }))

  it('takes the same entries, seed and prompts', async () => {
    expect(await ours.text('rounds/1/submissions.json')).toBe(await recorded.text('rounds/1/submissions.json'))
    expect((await ours.read(files.seed, ROUND)).seed).toBe((await recorded.read(files.seed, ROUND)).seed)
    expect(await ours.text('rounds/1/prompts.txt')).toBe(await recorded.text('rounds/1/prompts.txt'))
  })

  it('gathers the same outputs', async () => {
    for (const hotkey of Object.keys(await recorded.read(files.submissions, ROUND))) {
      const shape = (outputs: Outputs) =>
        Object.fromEntries(Object.entries(outputs).map(([stem, { glb, png }]) => [stem, [glb !== null, png !== null]]))
      const was = shape(await recorded.read(files.submitted, ROUND, hotkey))
      expect(shape(await ours.read(files.submitted, ROUND, hotkey))).toEqual(was)
    }
  })

  it('arrives at the same margins', async () => {
    const margins = (matrix: { left: string; right: string; margin: number }[]) =>
      Object.fromEntries(matrix.map(({ left, right, margin }) => [`${left} ${right}`, margin]))
    const was = margins(await recorded.read(files.matrix, ROUND))
    expect(Object.keys(was)).toHaveLength(36)
    expect(margins(await ours.read(files.matrix, ROUND))).toEqual(was)
  })

  it('arrives at the same winner, leader and schedule', async () => {
    expect(await ours.text('rounds/1/winner.json')).toBe(await recorded.text('rounds/1/winner.json'))
    expect(await ours.text('leader.json')).toBe(await recorded.text('leader.json'))
    expect(await ours.read(files.schedule, 2)).toMatchObject(await recorded.read(files.schedule, 2))
    expect(await ours.text('state.json')).toBe(await recorded.text('state.json'))
  })
})

/** A chain and a clock on which the round was finalized at the block and time at which it really was. */
async function realTime(recorded: Snapshot, finalizedAt: Date) {
  const schedule = await recorded.read(files.schedule, ROUND)
  const next = await recorded.read(files.schedule, ROUND + 1)
  const { next_stage_eta: eta } = await recorded.read(files.state)
  const finalizedBlock =
    next.latest_reveal_block - Math.floor((Date.parse(eta ?? '') - finalizedAt.getTime()) / BLOCK_MS)
  const timeOf = (block: number) => new Date(finalizedAt.getTime() - (finalizedBlock - block) * BLOCK_MS)
  const first = schedule.earliest_reveal_block - 1
  const clock = new VirtualClock(timeOf(first), { autoAdvance: true })
  const { seed } = await recorded.read(files.seed, ROUND)
  const hash = `0x${seed.toString(16).padStart(8, '0')}${'0'.repeat(56)}`
  const chain = new ClockChain({
    genesis: timeOf(first),
    firstBlock: first,
    seed: 'real-round',
    clock,
    hashes: { [schedule.latest_reveal_block]: hash },
  })
  return {
    chain,
    clock,
    times: [
      timeOf(schedule.latest_reveal_block),
      timeOf(deadlineOf(schedule, await recorded.read(files.config))),
      finalizedAt,
    ],
  }
}

async function revealAll(recorded: Snapshot, chain: ClockChain): Promise<void> {
  for (const [hotkey, entry] of Object.entries(await recorded.read(files.submissions, ROUND))) {
    const { commit, repo, cdn_url, revealed_at_block } = entry
    await chain.reveal(hotkey, `{"commit": "${commit}"}`, revealed_at_block)
    await chain.reveal(hotkey, `{"repo": "${repo}", "cdn_url": "${cdn_url}"}`, revealed_at_block)
  }
}

async function poolFor(recorded: Snapshot): Promise<string> {
  const { seed } = await recorded.read(files.seed, ROUND)
  const config = await recorded.read(files.config)
  const random = new PythonRandom(seed)
  random.sample(await recorded.read(files.prompts, ROUND - 1), config.carryover_prompts)
  const fresh = (await recorded.read(files.prompts, ROUND)).slice(config.carryover_prompts)
  const positions = random.sample(
    Array.from({ length: POOL_LENGTH }, (_, i) => i),
    fresh.length,
  )
  const pool = Array.from({ length: POOL_LENGTH }, (_, i) => `https://pool.test/${i}.png`)
  for (const [i, position] of positions.entries()) pool[position] = fresh[i] as string
  return pool.join('\n')
}

/** The image-to-3D format with ports that answer from the record. A model is the text `<hotkey> <stem>`. */
async function recordedFormat(recorded: Snapshot, store: FolderStore): Promise<Format> {
  const submissions = await recorded.read(files.submissions, ROUND)
  const outputs = new Map<string, Outputs>([[LEADER, await recorded.read(files.generated, ROUND, LEADER)]])
  const duels = new Map<string, Duel>()
  for (const hotkey of Object.keys(submissions)) {
    outputs.set(hotkey, await recorded.read(files.submitted, ROUND, hotkey))
    for (const duel of (await recorded.read(files.duels, ROUND, LEADER, hotkey)).duels)
      duels.set(`${hotkey} ${duel.name}`, duel)
  }
  const builds = await recorded.read(files.builds, ROUND)
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  const model = (subject: string, stem: string) => new TextEncoder().encode(`${subject} ${stem}`)
  const output = (subject: string, stem: string) => outputs.get(subject)?.[stem]

  const portsFor = (subject: string): Ports => ({
    store,
    downloader: downloaderOf(async (url) => {
      if (/\.png$/.test(url)) return { ok: true, bytes: new TextEncoder().encode(url) }
      const stem =
        url
          .split('/')
          .at(-1)
          ?.replace(/\.glb$/, '') ?? ''
      if (output(subject, stem)?.glb == null)
        return { ok: false, fault: 'source', code: 'http_404', detail: 'not found' }
      return { ok: true, bytes: model(subject, stem) }
    }),
    renderer: {
      id: 'recorded/1',
      deterministic: true,
      async render(_kind, bytes) {
        const [who = '', stem = ''] = text(bytes).split(' ')
        if (output(who, stem)?.png == null)
          return { ok: false, fault: 'file', code: 'recorded', detail: 'no preview on record' }
        return { ok: true, png: bytes, width: 1, height: 1, pixelsSha256: sha256Hex(bytes) }
      },
    },
    distance: { id: 'recorded/1', deterministic: true, distance: async () => 0 },
    judge: {
      id: 'recorded/1',
      deterministic: true,
      async judge({ right }) {
        const duel = duels.get(text(right.png))
        if (duel === undefined || duel.winner === 'skipped') return { kind: 'void', cause: 'not on record' }
        return { kind: 'decided', winner: duel.winner, issues: duel.issues, transcript: { recorded: duel.issues } }
      },
    },
    builder: {
      build: async ({ hotkey }) => ({
        status: builds[hotkey]?.status ?? 'not_found',
        image: builds[hotkey]?.docker_image ?? null,
      }),
    },
    pods: {
      id: 'recorded/1',
      start: async () => ({
        ok: true,
        pod: {
          id: 'recorded',
          async generate({ name }) {
            const was = output(LEADER, name)
            if (was?.glb == null) return { ok: false, fault: 'image', detail: 'no model on record' }
            return { ok: true, bytes: model(LEADER, name), seconds: was.generation_time }
          },
          stop: async () => undefined,
        },
      }),
    },
  })
  // Several hotkeys share an address, and their records differ: each one's downloads are answered from its own record.
  return {
    ...generation3d(portsFor(LEADER)),
    async *collect(round, entries, context) {
      for (const [hotkey, entry] of Object.entries(entries))
        yield* generation3d(portsFor(hotkey)).collect(round, { [hotkey]: entry }, context)
    },
  }
}

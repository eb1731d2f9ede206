/**
 * What it costs to have work done: `npm run bench:pools`. The same small pieces through every work pool, in one run and in
 * turns: in this process; as a share of several, into a folder that is then let in; and by way of Redis, with workers
 * in processes of their own. Each piece hashes a few bytes and leaves its result in a folder as evidence.
 *
 * --tasks 10000    how many pieces
 * --rounds 3       how often everything is measured
 * --workers 2      worker processes
 * --dir <folder>   where evidence goes meanwhile: the temporary folder of this machine when absent
 * --json           one JSON document instead of a table
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { InProcessPool } from '../src/engine/in-process-pool.ts'
import type { WorkPool } from '../src/engine/work-pool.ts'
import { recall } from '../src/store/evidence.ts'
import { FolderStore } from '../src/store/folder-store.ts'
import type { ObjectStore } from '../src/store/object-store.ts'
import { EvidenceFolder } from '../src/work/evidence-folder.ts'
import { OverlayStore } from '../src/work/overlay-store.ts'
import { PartialPool } from '../src/work/partial-pool.ts'
import { RedisPool } from '../src/work/redis/redis-pool.ts'
import { ALL, isIn } from '../src/work/share.ts'
import { SiftingStore } from '../src/work/sifting-store.ts'
import { amountOf, argumentsOf, countOf } from './arguments.ts'
import { digested, makeDigest } from './pools/digest.ts'

const AT_ONCE = 8
const { values } = argumentsOf(import.meta.filename, {
  options: {
    tasks: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    workers: { type: 'string', default: '2' },
    dir: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  },
})
const tasks = countOf('tasks', values.tasks)
const rounds = countOf('rounds', values.rounds)
const workers = amountOf('workers', values.workers)
const never = new AbortController().signal

/** All pieces through a pool. @returns milliseconds */
async function timed(pool: WorkPool, store: ObjectStore): Promise<number> {
  const began = performance.now()
  const inputs = Array.from({ length: tasks }, (_, n) => n)
  const gather = (n: number, signal: AbortSignal) =>
    pool.gather(
      { kind: 'digest', input: { n } },
      { find: () => recall(store, 'digest', { n }), make: () => makeDigest(store, n) },
      signal,
    )
  let done = 0
  for await (const settled of pool.run(inputs, gather, never)) {
    if (!settled.ok) throw settled.error
    if (settled.output !== digested(settled.input)) throw new Error(`piece ${settled.input} came out wrong`)
    done += 1
  }
  if (done !== tasks) throw new Error(`${done} of ${tasks} pieces came out`)
  return performance.now() - began
}

/** The work itself: every piece one after another by the same function, with as many at once. */
async function bare(store: ObjectStore): Promise<number> {
  const began = performance.now()
  let next = 0
  const lane = async () => {
    while (next < tasks) await makeDigest(store, next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return performance.now() - began
}

async function inShards(dir: string): Promise<{ ms: number; reduceMs: number }> {
  const [base, folder] = [new FolderStore({ dir: join(dir, 'store') }), join(dir, 'evidence')]
  await mkdir(folder)
  const overlay = new OverlayStore(new FolderStore({ dir: folder }), base)
  const ms = await timed(new PartialPool(new InProcessPool(AT_ONCE), (task) => isIn(task, ALL)), overlay)
  const sifting = new SiftingStore(base, [await EvidenceFolder.open(folder)])
  sifting.letIn({ digest: () => [] })
  return { ms, reduceMs: await timed(new PartialPool(new InProcessPool(AT_ONCE), () => false), sifting) }
}

async function byRedis(dir: string, url: string): Promise<number> {
  const prefix = `bench-${Math.round(performance.now())}`
  const script = join(import.meta.dirname, 'pools', 'worker.ts')
  const started = Array.from({ length: workers }, () =>
    spawn(process.execPath, [script, url, prefix, dir, String(AT_ONCE)], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  await Promise.all(started.map(({ stdout }) => once(createInterface(stdout), 'line')))
  const store = new FolderStore({ dir })
  await using pool = new RedisPool({
    ...{ url, prefix, store, kinds: ['digest'], here: AT_ONCE, ahead: 256, tell: console.error },
    ...{ patienceMs: 60_000, checkMs: 2_000, pieceMs: 600_000 },
  })
  const ms = await timed(pool, store)
  for (const { stdin } of started) stdin.end()
  await Promise.all(started.map((child) => child.exitCode ?? once(child, 'exit')))
  return ms
}

async function startRedis(dir: string): Promise<{ url: string; server: ChildProcess }> {
  const socket = join(dir, 'redis.sock')
  const server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(server.stdout)) if (/ready to accept/i.test(line)) break
  server.stdout.resume()
  return { url: `unix://${socket}`, server }
}

const root = await mkdtemp(join(values.dir, 'roundkeeper-bench-'))
const { url, server } = await startRedis(root)
const NAMES = [
  'bare',
  'in process',
  'one share, into a folder',
  'let in by reduce',
  `Redis, ${workers} workers`,
] as const
const taken: number[][] = NAMES.map(() => [])
try {
  for (let round = 0; round < rounds; round++) {
    const fresh = () => mkdtemp(join(root, 'round-'))
    const inProcess = new FolderStore({ dir: await fresh() })
    const shards = async () => inShards(await fresh())
    const results = [await bare(new FolderStore({ dir: await fresh() }))]
    results.push(await timed(new InProcessPool(AT_ONCE), inProcess))
    const { ms, reduceMs } = await shards()
    results.push(ms, reduceMs, await byRedis(await fresh(), url))
    for (const [at, result] of results.entries()) taken[at]?.push(result)
  }
} finally {
  server.kill()
  await once(server, 'exit')
  await rm(root, { recursive: true, force: true })
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN
const [least = NaN] = taken.map(median)
const rows = NAMES.map((name, at) => {
  const ms = median(taken[at] ?? [])
  return { name, perSecond: tasks / (ms / 1000), overheadMs: (ms - least) / tasks, toBare: ms / least }
})
if (values.json) process.stdout.write(`${JSON.stringify({ tasks, rounds, workers, rows }, null, 2)}\n`)
else {
  console.table(
    Object.fromEntries(
      rows.map(({ name, perSecond, overheadMs, toBare }) => [
        name,
        {
          'pieces a second': Math.round(perSecond),
          'ms more each': Number(overheadMs.toFixed(3)),
          'time to bare': Number(toBare.toFixed(2)),
        },
      ]),
    ),
  )
}

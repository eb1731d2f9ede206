/**
 * What a tick costs on a bare repository of 10,000 files, beside stock git doing the same: `npm run bench`.
 * Both take turns within each round; the table gives medians and their ratio.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClockChain } from '../src/chain/clock-chain.ts'
import { advance } from '../src/engine/advance.ts'
import { InProcessPool } from '../src/engine/in-process-pool.ts'
import { VirtualClock } from '../src/engine/virtual-clock.ts'
import { generation3d, type Ports } from '../src/formats/generation-3d/index.ts'
import { BareRepo } from '../src/repo/bare-repo.ts'
import { owners } from '../stages/index.ts'
import { argumentsOf } from './arguments.ts'

argumentsOf(import.meta.filename, {})

const FILES = 10_000
const branch = 'main'
const by = { name: 'Bench', email: 'bench@example.org', at: new Date('2026-01-01T00:00:00Z') }
const clock = new VirtualClock(by.at)
/** What a tick reads to see that it has nothing to do. */
const idlePaths = ['state.json', 'config.json', 'rounds/9/schedule.json']

interface Contender {
  readonly name: string
  readonly rounds: number
  ours(round: number): Promise<unknown>
  git(round: number): unknown
}

const folder = mkdtempSync(join(tmpdir(), 'roundkeeper-bench-'))
try {
  const ours = join(folder, 'ours.git')
  const theirs = join(folder, 'theirs.git')
  const repo = await BareRepo.create(ours, { branch, files: competition(), message: 'Begin', by })
  execFileSync('git', ['gc', '-q', '--prune=now'], { cwd: ours })
  cpSync(ours, theirs, { recursive: true })

  const contenders: Contender[] = [
    { name: 'idle tick, same process', rounds: 40, ours: () => idle(repo), git: () => idleGit(theirs) },
    {
      name: 'idle tick, opened anew',
      rounds: 20,
      ours: async () => idle(await BareRepo.open(ours, { branch })),
      git: () => idleGit(theirs),
    },
    ...[1, 10, 100, 1000].map((files) => ({
      name: `commit of ${files} ${files === 1 ? 'file' : 'files'}`,
      rounds: files === 1000 ? 5 : 10,
      ours: async (round: number) => {
        const change = { files: changed(files, round), message: `Round ${round}`, trailers: {} }
        return repo.commit(await repo.head(), change, by)
      },
      git: (round: number) => fastImport(theirs, changed(files, round)),
    })),
  ]
  const rows = []
  for (const contender of contenders) rows.push(await compare(contender))
  console.table(rows)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function compare({ name, rounds, ours, git }: Contender) {
  const times = { ours: [] as number[], git: [] as number[] }
  for (let round = -1; round < rounds; round++) {
    const start = performance.now()
    await ours(round)
    const middle = performance.now()
    await git(round)
    if (round < 0) continue // warming up
    times.ours.push(middle - start)
    times.git.push(performance.now() - middle)
  }
  const [mine, stock] = [median(times.ours), median(times.git)]
  return {
    what: name,
    'ours (ms)': Number(mine.toFixed(2)),
    'git (ms)': Number(stock.toFixed(2)),
    'ours / git': Number((mine / stock).toFixed(2)),
  }
}

/** A whole tick of the engine on a round whose window is still open. */
async function idle(repo: BareRepo): Promise<void> {
  const report = await advance({
    repo,
    clock,
    by,
    run: 'bench',
    engine: 'bench',
    commitEveryMs: 60_000,
    owners,
    untilIdle: true,
    context: {
      chain: new ClockChain({ genesis: by.at, seed: 'bench', clock }),
      clock,
      pool: new InProcessPool(2),
      // An open window asks nothing of the ports.
      format: generation3d({} as Ports),
      signal: new AbortController().signal,
      progress: () => undefined,
    },
  })
  if (report.status !== 'idle') throw new Error(`the tick was to be idle, but: ${report.status}`)
}

function idleGit(cwd: string): void {
  const head = execFileSync('git', ['rev-parse', branch], { cwd, encoding: 'utf8' }).trim()
  const input = idlePaths.map((path) => `${head}:${path}\n`).join('')
  execFileSync('git', ['cat-file', '--batch'], { cwd, input })
}

function fastImport(cwd: string, files: ReadonlyMap<string, string>): void {
  const text = (data: string) => `data ${Buffer.byteLength(data)}\n${data}\n`
  const entries = Array.from(files, ([path, data]) => `M 100644 inline ${path}\n${text(data)}`)
  const header = `commit refs/heads/${branch}\ncommitter ${by.name} <${by.email}> 1767225600 +0000\n${text('Round')}`
  const input = `${header}from refs/heads/${branch}^0\n${entries.join('')}`
  const { status } = spawnSync('git', ['fast-import', '--quiet'], { cwd, input, stdio: ['pipe', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`git fast-import ended with ${status}`)
}

/** Rounds of 40 miners with some 25 files each, as a competition has them. */
function competition(): Map<string, string> {
  const schedule = { earliest_reveal_block: 0, latest_reveal_block: 7200, generation_deadline_block: 7800 }
  const files = new Map([
    ['state.json', '{"current_round": 9, "stage": "open"}'],
    ['config.json', readFileSync(new URL('../state-template/config.json', import.meta.url), 'utf8')],
    ['rounds/9/schedule.json', JSON.stringify(schedule)],
  ])
  for (let i = 0; files.size < FILES; i++) {
    const round = Math.floor(i / 1000)
    files.set(`rounds/${round}/miner-${i % 40}/file-${i % 1000}.json`, record(i, 0))
  }
  return files
}

function changed(count: number, round: number): Map<string, string> {
  const path = (i: number) => `rounds/9/miner-${i % 40}/new-${i}.json`
  return new Map(Array.from({ length: count }, (_, i) => [path(i), record(i, round + 2)]))
}

function record(i: number, version: number): string {
  const values = Array.from({ length: 30 }, (_, j) => i * j + version)
  return JSON.stringify({ file: i, version, values }, null, 2)
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

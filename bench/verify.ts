/**
 * What it takes to verify a whole history, beside the least that any reader of it has to do: `npm run bench:verify`.
 * All take turns within each round; the table gives medians, and how often the floor that is.
 *
 * --commits 20000  of the synthetic competition, which is made once and kept
 * --rounds 3       how often everything is measured
 * --repo <path>    another bare repository or bundle, measured too; may be repeated
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { argumentsOf, countOf } from './arguments.ts'
import { built } from './built.ts'
import { type Measured, measured } from './measured.ts'
import { play } from './synthetic/play.ts'

const root = join(import.meta.dirname, '..')
const { values } = argumentsOf(import.meta.filename, {
  options: {
    commits: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    repo: { type: 'string', multiple: true, default: [] },
  },
})
const commits = countOf('commits', values.commits)
const rounds = countOf('rounds', values.rounds)
/**
 * 43 kB a commit: 856 MB in 20,000, and 55 kB a match. No more than what there is: the first two rounds of a real
 * competition, of 128 prompts, brought 118 kB a commit, 124 kB a match and 30 kB of outputs a miner.
 */
const SHAPE = { miners: 20, prompts: 64 }
/** For the daily audit. */
const NEW_COMMITS = 50

const kept = join(root, 'node_modules', '.cache', 'roundkeeper-bench')
const program = built(root, join(kept, 'built'))
const folder = mkdtempSync(join(tmpdir(), 'roundkeeper-bench-'))
try {
  for (const repo of [...values.repo.map(bare), await synthetic(commits)]) await bench(repo)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** A competition of many rounds, kept beside the installed packages. */
async function synthetic(commits: number): Promise<string> {
  const gitdir = join(kept, `c${commits}-m${SHAPE.miners}-p${SHAPE.prompts}.git`)
  if (existsSync(gitdir)) return gitdir
  console.log(`playing ${commits} commits into ${gitdir}, once …`)
  const making = join(folder, 'making.git')
  await play(making, { commits, ...SHAPE })
  mkdirSync(kept, { recursive: true })
  renameSync(making, gitdir)
  return gitdir
}

function bare(source: string): string {
  const gitdir = join(folder, `${basename(source)}.git`)
  execFileSync('git', ['clone', '-q', '--bare', '--branch', 'main', source, gitdir])
  return gitdir
}

async function bench(gitdir: string): Promise<void> {
  const git = (...args: string[]) => execFileSync('git', ['-C', gitdir, ...args], { encoding: 'utf8' }).trim()
  const commits = Number(git('rev-list', '--first-parent', '--count', 'main'))
  const older = join(folder, 'older.git')
  execFileSync('git', ['clone', '-q', '--bare', '--shared', '--branch', 'main', gitdir, older])
  execFileSync('git', ['-C', older, 'update-ref', 'refs/heads/main', git('rev-parse', `main~${NEW_COMMITS}`)])
  const checkpoint = join(folder, 'checkpoint')
  await verify(older, '--checkpoint', checkpoint)
  rmSync(older, { recursive: true })

  const pipe = `git log --reverse --first-parent -m --raw --no-abbrev --no-renames --format=%H main |
    awk '/^:/ && $4 !~ /^0+$/ { print $4 }' | git cat-file --batch --buffer > /dev/null`
  const contenders: Record<string, () => Promise<Measured>> = {
    'floor: git, by a pipe': () => measured(['sh', '-c', pipe], gitdir),
    'floor: git, into Node': () => measured([process.execPath, join(root, 'bench/floor.ts'), gitdir], root),
    'verify --jobs 1': () => verify(gitdir, '--jobs', '1'),
    'verify --jobs 2': () => verify(gitdir, '--jobs', '2'),
    [`verify --since, ${NEW_COMMITS} new commits`]: () => verify(gitdir, '--since', checkpoint),
  }
  const taken = new Map<string, Measured[]>(Object.keys(contenders).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(contenders)) taken.get(name)?.push(await run())

  const floor = median(taken.get('floor: git, into Node') ?? [], 'wallMs')
  console.log(`\n${basename(gitdir)}: ${commits} commits, ${taken.get('floor: git, into Node')?.[0]?.output.trim()}`)
  console.table(
    Array.from(taken, ([what, runs]) => ({
      what,
      seconds: rounded(median(runs, 'wallMs') / 1000),
      'of the floor': rounded(median(runs, 'wallMs') / floor),
      'processor seconds': rounded(median(runs, 'cpuMs') / 1000),
      'commits/s': what.includes('--since') ? '' : Math.round(commits / (median(runs, 'wallMs') / 1000)),
      MB: Math.round(median(runs, 'ownBytes') / 1e6),
      'MB of git': Math.round(median(runs, 'gitBytes') / 1e6),
    })),
  )
}

/** A real history may be broken. */
function verify(gitdir: string, ...options: string[]): Promise<Measured> {
  const command = [process.execPath, program, 'verify', gitdir, '--quiet', ...options]
  return measured(command, root, [0, 1])
}

function median(runs: readonly Measured[], of: 'wallMs' | 'cpuMs' | 'ownBytes' | 'gitBytes'): number {
  const sorted = runs.map((run) => run[of]).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function rounded(value: number): number {
  return Number(value.toFixed(2))
}

import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The public history of rounds 0 and 1 of a real competition; not part of this repository. */
export const BUNDLE = fileURLToPath(new URL('../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))
export const hasBundle = existsSync(BUNDLE)

export interface Version {
  /** The commit that brought it, ten digits. */
  readonly commit: string
  readonly path: string
  readonly text: string
}

/** Every version of every file on `main`, oldest first, each once. */
export async function readHistory(): Promise<{ readonly commits: number; readonly versions: readonly Version[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'history-'))
  try {
    const repo = join(folder, 'history.git')
    await promisify(execFile)('git', ['clone', '--quiet', '--bare', '--branch', 'main', BUNDLE, repo])
    const log = git(repo, [
      'log',
      '--reverse',
      '--raw',
      '--no-abbrev',
      '--no-renames',
      '--format=@%H',
      'main',
    ]).toString()
    const commits = log.match(/^@/gm)?.length ?? 0
    const entries = entriesOf(log)
    const texts = textsOf(git(repo, ['cat-file', '--batch'], entries.map(({ blob }) => blob).join('\n')))
    return { commits, versions: entries.map(({ commit, path }, index) => ({ commit, path, text: texts[index] ?? '' })) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function entriesOf(log: string) {
  const entries = new Map<string, { commit: string; path: string; blob: string }>()
  let commit = ''
  for (const line of log.split('\n')) {
    if (line.startsWith('@')) commit = line.slice(1, 11)
    const [, blob, path] = /^:\d+ \d+ \w+ (\w+) [^D]\t(.*)$/.exec(line) ?? []
    if (blob === undefined || path === undefined || entries.has(`${path} ${blob}`)) continue
    entries.set(`${path} ${blob}`, { commit, path, blob })
  }
  return [...entries.values()]
}

/** Splits what `cat-file --batch` prints: `<id> blob <bytes>`, a line break, the bytes, a line break. */
function textsOf(output: Buffer): string[] {
  const texts: string[] = []
  for (let at = 0; at < output.length; ) {
    const start = output.indexOf('\n', at) + 1
    const end = start + Number(output.toString('utf8', at, start).split(' ')[2])
    texts.push(output.toString('utf8', start, end))
    at = end + 1
  }
  return texts
}

function git(repo: string, args: readonly string[], input = ''): Buffer {
  const { status, stdout, stderr } = spawnSync('git', ['-C', repo, ...args], { input, maxBuffer: 2 ** 30 })
  if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`)
  return stdout
}

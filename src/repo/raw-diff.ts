/** Which paths every commit of a line changes, as `git diff-tree` says: names and ids, no contents. */
import { GitChild } from './git-program.ts'
import { type Difference, FOLDER_MODE, MAX_PATHS, tooManyPaths } from './tree-diff.ts'
import { textOfPath } from './tree-object.ts'

/** What one commit changes against the one before it. */
export interface CommitDiff {
  readonly oid: string
  /** Files, links and submodules, in no order. */
  readonly files: readonly Difference[]
  /** Ids of new folders below the root. */
  readonly folders: readonly string[]
}

interface Place {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

const NOTHING = '000000'
const ZERO = 0
const COLON = 58
const OPTIONS = ['-r', '-t', '-z', '--root', '--raw', '--no-abbrev', '--no-renames', '--no-ext-diff', '--no-textconv']

/**
 * One after another, as the consumer asks. The first is compared with `base`, or with nothing.
 * @throws Error with git's words; `refused` when a commit changes too much
 */
export async function* rawDiffs(place: Place, commits: readonly string[], base?: string): AsyncGenerator<CommitDiff> {
  await using child = new GitChild(['diff-tree', '--stdin', '--always', '--ignore-submodules=none', ...OPTIONS], place)
  child.stdin.end(commits.map((oid, i) => `${oid} ${commits[i - 1] ?? base ?? ''}`.trimEnd().concat('\n')).join(''))
  let diff: { oid: string; files: Difference[]; folders: string[] } | undefined
  let entry: string | undefined
  for await (const tokens of tokensOf(child.stdout)) {
    for (const token of tokens) {
      if (entry !== undefined) {
        if (diff !== undefined) add(diff, entry, token)
        entry = undefined
      } else if (token[0] === COLON) entry = token.toString('latin1')
      else {
        if (diff !== undefined) yield diff
        diff = { oid: token.toString('latin1'), files: [], folders: [] }
      }
    }
  }
  const failure = await child.failure
  if (failure !== undefined) throw new Error(failure)
  if (diff !== undefined) yield diff
}

/** `:old-mode new-mode old-id new-id status`, and a path. */
function add(diff: { oid: string; files: Difference[]; folders: string[] }, entry: string, path: Buffer): void {
  const [oldMode = '', newMode = '', oldOid = '', newOid = ''] = entry.slice(1).split(' ')
  if (newMode === FOLDER_MODE) diff.folders.push(newOid)
  const before = isFile(oldMode) && { before: { mode: oldMode, oid: oldOid } }
  const after = isFile(newMode) && { after: { mode: newMode, oid: newOid } }
  if (before || after) diff.files.push({ path: textOfPath(path), ...before, ...after })
  if (diff.files.length > MAX_PATHS) throw tooManyPaths(`commit ${diff.oid}`)
}

const isFile = (mode: string) => mode !== NOTHING && mode !== FOLDER_MODE

/** What is between zeros, as it comes. */
async function* tokensOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const tokens: Buffer[] = []
    let at = 0
    for (let end = bytes.indexOf(ZERO); end >= 0; end = bytes.indexOf(ZERO, at)) {
      tokens.push(bytes.subarray(at, end))
      at = end + 1
    }
    rest = bytes.subarray(at)
    yield tokens
  }
}

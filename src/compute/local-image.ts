import { readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'

/** Names of a code host; no dot in front, so that none means a folder above. */
const repoPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/
const commitPattern = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/
const MAX_DESCRIPTION_BYTES = 65_536

const minerSchema = z.object({ command: z.array(z.string().min(1).max(4096)).min(1).max(64) })

/** A miner's code on this machine, in `<root>/<owner>/<repo>/<commit>`, and how to run it there. */
export interface LocalMiner {
  readonly folder: string
  /** Program and arguments, from `miner.json`: `{ "command": ["node", "generator.ts"] }`. */
  readonly command: readonly string[]
}

export const localImage = (repo: string, commit: string) => `local:${repo}@${commit}`

/** Undefined for a reference that `localImage` did not make. */
export function parseLocalImage(image: string): { repo: string; commit: string } | undefined {
  const [, repo, commit] = /^local:([^@]+)@([^@]+)$/.exec(image) ?? []
  return repo === undefined || commit === undefined ? undefined : { repo, commit }
}

/** Undefined when there is none, also for names that cannot be. @throws `refused` when its description is malformed */
export async function findLocalMiner(root: string, repo: string, commit: string): Promise<LocalMiner | undefined> {
  if (!repoPattern.test(repo) || !commitPattern.test(commit)) return undefined
  const folder = join(root, repo, commit)
  const inside = async (path: string) =>
    (await realpath(path)) === join(await realpath(root), repo, commit, 'miner.json')
  return minerIn(folder, inside)
}

/** @param isInside a link may not lead out of the miner's own folder @throws `refused` when its description is malformed */
export async function minerIn(
  folder: string,
  isInside: (description: string) => Promise<boolean> = async () => true,
): Promise<LocalMiner | undefined> {
  const description = join(folder, 'miner.json')
  try {
    if (!(await isInside(description))) return undefined
    if ((await stat(description)).size > MAX_DESCRIPTION_BYTES) throw malformed(description, 'it is too large')
    return { folder, command: minerSchema.parse(JSON.parse(await readFile(description, 'utf8'))).command }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (error instanceof z.ZodError) throw malformed(description, z.prettifyError(error))
    if (error instanceof SyntaxError) throw malformed(description, error.message)
    throw error
  }
}

const malformed = (where: string, reason: string) =>
  new RoundkeeperError('refused', `not the description of a miner: ${reason}`, {
    where,
    hint: 'It looks like {"command": ["node", "generator.ts"]}.',
  })

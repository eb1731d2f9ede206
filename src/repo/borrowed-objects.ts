/**
 * A git folder of ours with the objects of another. Of a stranger's repository nothing but its objects is looked at: not
 * its settings, hooks, grafts, replaced objects, commit graph or remotes, some of which make git run programs.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GitPlace } from './cat-file.ts'
import { type GitProgram, isolated } from './git-program.ts'

export interface OwnGitFolder extends GitPlace, AsyncDisposable {}

/** By default git holds as much of a pack as fits in a gigabyte; a walk in order needs little of it at a time. */
const CONFIG = `[core]
\trepositoryformatversion = 0
\tbare = true
\tcommitGraph = false
\tpackedGitWindowSize = 8m
\tpackedGitLimit = 32m
\tdeltaBaseCacheLimit = 16m
`

/** @param objects the `objects` folder to read; one of its own when absent */
export async function ownGitFolder(program: GitProgram, objects?: string): Promise<OwnGitFolder> {
  const gitdir = await mkdtemp(join(tmpdir(), 'roundkeeper-git-'))
  await mkdir(join(gitdir, 'objects'))
  await mkdir(join(gitdir, 'refs'))
  await writeFile(join(gitdir, 'HEAD'), 'ref: refs/heads/main\n')
  await writeFile(join(gitdir, 'config'), CONFIG)
  return {
    program,
    cwd: gitdir,
    env: { ...isolated(gitdir), ...(objects === undefined ? {} : { GIT_OBJECT_DIRECTORY: objects }) },
    [Symbol.asyncDispose]: () => rm(gitdir, { recursive: true, force: true }),
  }
}

/**
 * A competition repository in a bare git folder on this machine. Safe beside other processes, stock git included:
 * the branch moves under git's own lock, and a process may be killed at any moment.
 */
import { resolve } from 'node:path'
import git from 'isomorphic-git'
import { RoundkeeperError } from '../errors.ts'
import { buildCommit } from './build-commit.ts'
import { isGitFolder } from './git-folder.ts'
import { Objects } from './objects.ts'
import { checkBranch } from './paths.ts'
import { changedPaths, listFilesAt, readFileAt, walkHistory } from './reads.ts'
import { expectRef, moveRef, type Pause, readRef } from './refs.ts'
import type { ChangeSet, CommitInfo, Signature, StateRepo } from './state-repo.ts'

export interface BareRepoOptions {
  readonly branch: string
  /** How to wait for a lock that somebody else holds; a few milliseconds, jittered, by default. */
  readonly pause?: Pause
}

export interface CreateOptions extends BareRepoOptions {
  readonly files: ChangeSet['files']
  readonly message: string
  readonly trailers?: ChangeSet['trailers']
  readonly by: Signature
}

export class BareRepo implements StateRepo {
  readonly id: string
  readonly #objects: Objects
  readonly #ref: string
  readonly #pause: Pause | undefined

  private constructor(dir: string, options: BareRepoOptions) {
    checkBranch(options.branch)
    this.id = dir
    this.#objects = new Objects(dir)
    this.#ref = `refs/heads/${options.branch}`
    this.#pause = options.pause
  }

  /** @throws `not-found` when the folder is not a git folder; a missing branch shows at `head()` */
  static async open(dir: string, options: BareRepoOptions): Promise<BareRepo> {
    const gitdir = resolve(dir)
    if (await isGitFolder(gitdir)) return new BareRepo(gitdir, options)
    throw new RoundkeeperError('not-found', `${gitdir} is not a bare git repository`, {
      where: gitdir,
      hint: 'Give the folder that holds HEAD, objects and refs, or create a competition with init.',
    })
  }

  /**
   * Makes the folder, a root commit with the files, and the branch; HEAD points at it. After a crash, calling it again
   * finishes the job. @throws `usage` when the branch is there already
   */
  static async create(dir: string, options: CreateOptions): Promise<BareRepo> {
    const repo = new BareRepo(resolve(dir), options)
    const { gitdir, fs } = repo.#objects
    if ((await isGitFolder(gitdir)) && (await readRef(gitdir, repo.#ref)) !== undefined) {
      throw new RoundkeeperError('usage', `${gitdir} already holds the branch ${options.branch}`, {
        where: gitdir,
        hint: 'Choose an empty folder.',
      })
    }
    await git.init({ fs, gitdir, bare: true, defaultBranch: options.branch })
    const { files, message, trailers = {}, by } = options
    const root = await buildCommit(repo.#objects, undefined, { files, message, trailers }, by)
    await moveRef(gitdir, repo.#ref, undefined, root, options.pause)
    return repo
  }

  async head(): Promise<string> {
    const { gitdir } = this.#objects
    const oid = await readRef(gitdir, this.#ref)
    if (oid === undefined) {
      throw new RoundkeeperError('not-found', `there is no ${this.#ref}`, {
        where: gitdir,
        hint: 'Check the name of the branch with git branch --list.',
      })
    }
    await this.#objects.refresh()
    return oid
  }

  read(head: string, path: string): Promise<Uint8Array | undefined> {
    return readFileAt(this.#objects, head, path)
  }

  list(head: string, folder: string): Promise<string[]> {
    return listFilesAt(this.#objects, head, folder)
  }

  changes(base: string, head: string): Promise<string[]> {
    return changedPaths(this.#objects, base, head)
  }

  log(head: string): AsyncIterable<CommitInfo> {
    return walkHistory(this.#objects, head)
  }

  async commit(base: string, change: ChangeSet, by: Signature): Promise<string> {
    const { gitdir } = this.#objects
    try {
      await expectRef(gitdir, this.#ref, base) // before the work; what counts is the look under the lock
      const oid = await buildCommit(this.#objects, base, change, by)
      if (oid !== base) await moveRef(gitdir, this.#ref, base, oid, this.#pause)
      return oid
    } catch (error) {
      throw explained(error, gitdir)
    }
  }
}

/** A full disk, a folder that cannot be written to. */
function explained(error: unknown, gitdir: string): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error
  return new RoundkeeperError('unavailable', `the repository cannot be written: ${error.message}`, {
    where: gitdir,
    hint: 'See that its file system is writable and not full, then run again; nothing was committed.',
    cause: error,
  })
}

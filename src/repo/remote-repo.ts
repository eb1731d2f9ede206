/**
 * A competition repository behind smart HTTP(S), such as GitHub, without a git binary or with one. Keeps the newest commits
 * in a bare cache folder, which may be deleted at any time between runs; the remote's own compare-and-swap decides races.
 */
import { resolve } from 'node:path'
import git from 'isomorphic-git'
import pLimit from 'p-limit'
import { isError } from '../errors.ts'
import { buildCommit } from './build-commit.ts'
import { CacheDamaged } from './git-failure.ts'
import type { GitProgram } from './git-program.ts'
import { NativeCarrier } from './native-carrier.ts'
import { neighboursOf } from './neighbours.ts'
import { Objects } from './objects.ts'
import { checkBranch } from './paths.ts'
import { changedPaths, listFilesAt, readFileAt, walkHistory } from './reads.ts'
import { type AskCredentials, Remote } from './remote.ts'
import { type Address, parseAddress } from './remote-address.ts'
import { conflict } from './remote-errors.ts'
import type { ChangeSet, CommitInfo, Signature, StateRepo } from './state-repo.ts'

export interface RemoteRepoOptions {
  readonly branch: string
  /** A folder for this repository alone; made when it is missing. */
  readonly cacheDir: string
  /** Called when the remote asks for credentials. */
  readonly credentials?: AskCredentials | undefined
  /** Moves objects with it, and contents only once they are read: much quicker where the repository is large. */
  readonly program?: GitProgram | undefined
}

/** Contents that are brought at once with the one that is read. */
const MAX_AT_ONCE = 5000

export class RemoteRepo implements StateRepo {
  readonly id: string
  readonly #objects: Objects
  readonly #remote: Remote
  readonly #native: NativeCarrier | undefined
  /** Once in the life of this object: what is broken again is broken elsewhere. */
  #isRestarted = false
  /** Contents that are here, as far as anybody asked. */
  readonly #here = new Set<string>()
  /** Conversations with the remote, one at a time. */
  readonly #turn = pLimit(1)

  private constructor(address: Address, { branch, cacheDir, credentials, program }: RemoteRepoOptions) {
    checkBranch(branch)
    const gitdir = resolve(cacheDir)
    const { url } = address
    const asked = credentials ?? address.credentials
    this.id = url
    this.#objects = new Objects(gitdir)
    this.#native =
      program && new NativeCarrier({ program, url, ref: `refs/heads/${branch}`, gitdir, credentials: asked })
    this.#remote = new Remote(url, branch, this.#objects, asked, this.#native)
  }

  /** Does not ask the remote yet. @throws `usage` when it is not an http(s) URL */
  static async open(url: string, options: RemoteRepoOptions): Promise<RemoteRepo> {
    const repo = new RemoteRepo(parseAddress(url), options)
    const { fs, gitdir } = repo.#objects
    if (repo.#native !== undefined) await repo.#native.prepare()
    else {
      await git.init({ fs, gitdir, bare: true, defaultBranch: options.branch })
      await git.addRemote({ fs, gitdir, remote: 'origin', url: repo.id, force: true })
    }
    return repo
  }

  head(): Promise<string> {
    return this.#whole(() =>
      this.#turn(async () => {
        const head = await this.#remote.head()
        await this.#objects.refresh()
        return (await this.#objects.has(head)) ? head : this.#fetched(this.#remote.fetch())
      }),
    )
  }

  read(head: string, path: string): Promise<Uint8Array | undefined> {
    return this.#whole(async () => {
      await this.#bring(head)
      await this.#bringContents(head, path)
      return readFileAt(this.#objects, head, path)
    })
  }

  /** How many there are; with a git program, however many it is quick. */
  async countFiles(head: string): Promise<number> {
    await this.#bring(head)
    return this.#native?.countFiles(head) ?? (await listFilesAt(this.#objects, head, '')).length
  }

  list(head: string, folder: string): Promise<string[]> {
    return this.#whole(async () => {
      await this.#bring(head)
      return listFilesAt(this.#objects, head, folder)
    })
  }

  changes(base: string, head: string): Promise<string[]> {
    return this.#whole(async () => {
      await this.#bring(head)
      await this.#bring(base)
      return changedPaths(this.#objects, base, head)
    })
  }

  async *log(head: string): AsyncGenerator<CommitInfo> {
    await this.#bring(head)
    yield* walkHistory(this.#objects, head, () =>
      this.#turn(async () => void (await this.#fetched(this.#remote.fetchHistory()))),
    )
  }

  commit(base: string, change: ChangeSet, by: Signature): Promise<string> {
    return this.#whole(() => this.#turn(() => this.#commit(base, change, by)))
  }

  async #commit(base: string, change: ChangeSet, by: Signature): Promise<string> {
    const known = await this.#objects.has(base)
    if (!known && (await this.#remote.head()) !== base) throw conflict(this.id)
    if (!known && (await this.#fetched(this.#remote.fetch())) !== base) throw conflict(this.id)
    const oid = await buildCommit(this.#objects, base, change, by)
    if (oid !== base) await this.#remote.push(base, oid)
    else if ((await this.#remote.head()) !== base) throw conflict(this.id)
    return oid
  }

  /** An older commit than the cache holds is found in the whole history or nowhere. */
  async #bring(commit: string): Promise<void> {
    if (await this.#objects.has(commit)) return
    await this.#turn(async () => {
      if (!(await this.#objects.has(commit))) await this.#fetched(this.#remote.fetchHistory())
    })
  }

  /** With those around it, which are read next. */
  async #bringContents(head: string, path: string): Promise<void> {
    const { blobs } = this.#native ?? {}
    if (blobs === undefined) return
    const root = await this.#objects.rootOf(head)
    const entry = await this.#objects.find(root, path)
    if (entry?.type !== 'blob' || this.#here.has(entry.oid)) return
    await this.#turn(async () => {
      if (this.#here.has(entry.oid)) return
      const around = await neighboursOf(this.#objects, root, path, MAX_AT_ONCE)
      const wanted = [...new Set([entry.oid, ...around])].filter((oid) => !this.#here.has(oid))
      await this.#fetched(blobs(wanted))
      for (const oid of wanted) this.#here.add(oid)
    })
  }

  /** Packs that came are looked into. */
  async #fetched<T>(fetching: Promise<T>): Promise<T> {
    const fetched = await fetching
    if (this.#native !== undefined) await this.#objects.refresh()
    return fetched
  }

  /** What is broken here is fetched anew, once: the remote has it. */
  async #whole<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const isBroken =
        error instanceof CacheDamaged || (isError(error, 'not-found') && error.where === this.#objects.gitdir)
      if (!isBroken || this.#native?.restart === undefined || this.#isRestarted) throw error
      this.#isRestarted = true
      await this.#turn(async () => {
        await this.#native?.restart?.()
        this.#objects.cache = {}
        this.#here.clear()
        await this.#fetched(this.#remote.fetch())
      })
      return work()
    }
  }
}

/**
 * A competition repository behind smart HTTP(S), such as GitHub, without a git binary. Keeps the newest commits in a
 * bare cache folder, which may be deleted at any time between runs; the remote's own compare-and-swap decides races.
 */
import { resolve } from 'node:path'
import git from 'isomorphic-git'
import pLimit from 'p-limit'
import { RoundkeeperError } from '../errors.ts'
import { buildCommit } from './build-commit.ts'
import { Objects } from './objects.ts'
import { checkBranch } from './paths.ts'
import { changedPaths, listFilesAt, readFileAt, walkHistory } from './reads.ts'
import { type AskCredentials, Remote } from './remote.ts'
import { conflict } from './remote-errors.ts'
import type { ChangeSet, CommitInfo, Signature, StateRepo } from './state-repo.ts'

export interface RemoteRepoOptions {
  readonly branch: string
  /** A folder for this repository alone; made when it is missing. */
  readonly cacheDir: string
  /** Called when the remote asks for credentials. */
  readonly credentials?: AskCredentials | undefined
}

export class RemoteRepo implements StateRepo {
  readonly id: string
  readonly #objects: Objects
  readonly #remote: Remote
  /** Conversations with the remote, one at a time. */
  readonly #turn = pLimit(1)

  private constructor(address: Address, { branch, cacheDir, credentials }: RemoteRepoOptions) {
    checkBranch(branch)
    this.id = address.url
    this.#objects = new Objects(resolve(cacheDir))
    this.#remote = new Remote(address.url, branch, this.#objects, credentials ?? address.credentials)
  }

  /** Does not ask the remote yet. @throws `usage` when it is not an http(s) URL */
  static async open(url: string, options: RemoteRepoOptions): Promise<RemoteRepo> {
    const repo = new RemoteRepo(parseAddress(url), options)
    const { fs, gitdir } = repo.#objects
    await git.init({ fs, gitdir, bare: true, defaultBranch: options.branch })
    await git.addRemote({ fs, gitdir, remote: 'origin', url: repo.id, force: true })
    return repo
  }

  head(): Promise<string> {
    return this.#turn(async () => {
      const head = await this.#remote.head()
      await this.#objects.refresh()
      return (await this.#objects.has(head)) ? head : this.#remote.fetch()
    })
  }

  async read(head: string, path: string): Promise<Uint8Array | undefined> {
    await this.#bring(head)
    return readFileAt(this.#objects, head, path)
  }

  async list(head: string, folder: string): Promise<string[]> {
    await this.#bring(head)
    return listFilesAt(this.#objects, head, folder)
  }

  async changes(base: string, head: string): Promise<string[]> {
    await this.#bring(head)
    await this.#bring(base)
    return changedPaths(this.#objects, base, head)
  }

  async *log(head: string): AsyncGenerator<CommitInfo> {
    await this.#bring(head)
    yield* walkHistory(this.#objects, head, () => this.#turn(async () => void (await this.#remote.fetchHistory())))
  }

  commit(base: string, change: ChangeSet, by: Signature): Promise<string> {
    return this.#turn(async () => {
      const known = await this.#objects.has(base)
      if (!known && (await this.#remote.head()) !== base) throw conflict(this.id)
      if (!known && (await this.#remote.fetch()) !== base) throw conflict(this.id)
      const oid = await buildCommit(this.#objects, base, change, by)
      if (oid !== base) await this.#remote.push(base, oid)
      else if ((await this.#remote.head()) !== base) throw conflict(this.id)
      return oid
    })
  }

  /** An older commit than the cache holds is found in the whole history or nowhere. */
  async #bring(commit: string): Promise<void> {
    if (await this.#objects.has(commit)) return
    await this.#turn(async () => {
      if (!(await this.#objects.has(commit))) await this.#remote.fetchHistory()
    })
  }
}

interface Address {
  readonly url: string
  readonly credentials: AskCredentials | undefined
}

/** Takes credentials out of a URL, so that it can be shown. */
export function parseAddress(text: string): Address {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new RoundkeeperError('usage', 'a remote repository needs an http or https URL', {
      hint: 'Use the https URL of the repository, such as https://github.com/owner/name; ssh is not supported.',
    })
  }
  const { username, password } = url
  url.username = ''
  url.password = ''
  const given = { username: decodeURIComponent(username), password: decodeURIComponent(password) }
  return {
    url: url.href.replace(/\/+$/, ''),
    credentials: username === '' && password === '' ? undefined : () => given,
  }
}

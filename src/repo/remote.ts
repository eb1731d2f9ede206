/**
 * The conversation with one branch of a smart-HTTP remote: where it is, bringing it here, pushing on top of it.
 * Knows nothing about changes; throws RoundkeeperErrors only.
 */
import git from 'isomorphic-git'
import { RoundkeeperError } from '../errors.ts'
import { gitHttp } from './git-http.ts'
import { Objects } from './objects.ts'
import { conflict, pushRefusal, remoteError } from './remote-errors.ts'

export interface Credentials {
  readonly username: string
  /** Or a token. */
  readonly password: string
}

export type AskCredentials = () => Credentials | Promise<Credentials>

/** Where all refs of a remote are. */
export interface Advertised {
  readonly branches: ReadonlyMap<string, string>
  /** The branch that HEAD names. */
  readonly head: string | undefined
}

/** git's word for "everything". */
const WHOLE_HISTORY = 2 ** 31 - 1
/** How far below a new head we look for a commit whose push was not answered. */
const LANDED_DEPTH = 100

/** Asks only when the server does; a second 401 ends the attempt. */
const authOf = (credentials: AskCredentials | undefined) =>
  credentials === undefined ? {} : { onAuth: async () => ({ ...(await credentials()) }) }

/** @throws `not-found`, `unauthorised`, `unavailable` */
export async function advertised(url: string, credentials?: AskCredentials): Promise<Advertised> {
  try {
    const auth = authOf(credentials)
    const refs = await git.listServerRefs({ http: gitHttp, url, prefix: '', symrefs: true, ...auth })
    const heads = refs.filter(({ ref }) => ref.startsWith('refs/heads/'))
    const target = refs.find(({ ref }) => ref === 'HEAD')?.target
    return {
      branches: new Map(heads.map(({ ref, oid }) => [ref.slice('refs/heads/'.length), oid])),
      head: target?.replace(/^refs\/heads\//, ''),
    }
  } catch (error) {
    throw remoteError(error, url)
  }
}

export class Remote {
  readonly url: string
  readonly #ref: string
  readonly #objects: Objects
  readonly #credentials: AskCredentials | undefined

  constructor(url: string, branch: string, objects: Objects, credentials: AskCredentials | undefined) {
    this.url = url
    this.#ref = `refs/heads/${branch}`
    this.#objects = objects
    this.#credentials = credentials
  }

  /** @throws `not-found`, `unauthorised`, `unavailable` */
  async head(): Promise<string> {
    const refs = await this.#ask(() => git.listServerRefs({ ...this.#peer, prefix: this.#ref }))
    const found = refs.find(({ ref }) => ref === this.#ref)
    if (found !== undefined) return found.oid
    throw new RoundkeeperError('not-found', `there is no ${this.#ref}`, {
      where: this.url,
      hint: 'Check the name of the branch.',
    })
  }

  /** Brings the newest commit with its files, or `depth` of them. @returns the head that came */
  async fetch(depth = 1): Promise<string> {
    const { fetchHead } = await this.#ask(() =>
      git.fetch({
        ...this.#peer,
        ...this.#local,
        remote: 'origin',
        remoteRef: this.#ref,
        ref: this.#tracking, // what we tell the server to have
        singleBranch: true,
        tags: false,
        depth,
      }),
    )
    await this.#objects.fs.settle()
    if (fetchHead !== null) return fetchHead
    throw new RoundkeeperError('not-found', 'the repository is empty', {
      where: this.url,
      hint: 'Create the competition with init first.',
    })
  }

  fetchHistory(): Promise<string> {
    return this.fetch(WHOLE_HISTORY)
  }

  /**
   * Moves the branch from `base` to `oid`, or finds it there already.
   * @throws `conflict` when it is elsewhere; `refused` when the server declines
   */
  async push(base: string, oid: string): Promise<void> {
    const ref = `refs/outgoing/${oid}`
    let found: string | undefined
    await git.writeRef({ ...this.#local, ref, value: oid, force: true })
    try {
      await git.push({
        ...this.#peer,
        ...this.#local,
        ref,
        remoteRef: this.#ref,
        remote: 'origin',
        // isomorphic-git would push onto any ancestor of ours
        onPrePush: ({ remoteRef }) => {
          found = remoteRef.oid
          return found === base
        },
      })
    } catch (error) {
      if (found === oid) return
      if (found !== undefined && found !== base) throw conflict(this.url, error)
      await this.#explain(error, base, oid)
    } finally {
      await git.deleteRef({ ...this.#local, ref })
    }
  }

  /** After a failed push: returns when it landed all the same, throws what is to be said otherwise. */
  async #explain(error: unknown, base: string, oid: string): Promise<void> {
    const refusal = pushRefusal(error)
    if (refusal?.kind === 'race') throw conflict(this.url, error)
    if (refusal?.kind === 'declined') {
      throw new RoundkeeperError('refused', `the remote declined the push: ${refusal.text}`, {
        where: this.url,
        hint: 'Look at the hooks and branch protection of the remote.',
        cause: error,
      })
    }
    const failure = remoteError(error, this.url)
    if (failure.code !== 'unavailable') throw failure
    // the answer may have been lost after the server had applied the push
    const now = await this.head().catch(() => base)
    if (now === oid) return
    if (now === base) throw failure
    if (!(await this.#isBelow(await this.fetch(LANDED_DEPTH), oid))) throw conflict(this.url, error)
  }

  async #isBelow(head: string, oid: string): Promise<boolean> {
    let layer = [head]
    for (let depth = 0; depth < LANDED_DEPTH && layer.length > 0; depth++) {
      if (layer.includes(oid)) return true
      const commits = await Promise.all(layer.map((commit) => this.#objects.findCommit(commit)))
      layer = [...new Set(commits.flatMap((commit) => commit?.parent ?? []))]
    }
    return false
  }

  get #tracking() {
    return this.#ref.replace('refs/heads/', 'refs/remotes/origin/')
  }

  get #local() {
    return { fs: this.#objects.fs, gitdir: this.#objects.gitdir, cache: this.#objects.cache }
  }

  get #peer() {
    return { http: gitHttp, url: this.url, ...authOf(this.#credentials) }
  }

  async #ask<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request()
    } catch (error) {
      throw remoteError(error, this.url)
    }
  }
}

/** One branch with all of its history, into a git folder that is made for it. @returns the head */
export async function fetchWhole(url: string, branch: string, gitdir: string, credentials?: AskCredentials) {
  const objects = new Objects(gitdir)
  await git.init({ fs: objects.fs, gitdir, bare: true, defaultBranch: branch })
  await git.addRemote({ fs: objects.fs, gitdir, remote: 'origin', url, force: true })
  return new Remote(url, branch, objects, credentials).fetchHistory()
}

/**
 * The conversation with one branch of a smart-HTTP remote: where it is, bringing it here, pushing on top of it.
 * Knows nothing about changes; throws RoundkeeperErrors only.
 */
import git from 'isomorphic-git'
import { RoundkeeperError } from '../errors.ts'
import type { Carrier } from './carrier.ts'
import { gitHttp } from './git-http.ts'
import { IsoCarrier } from './iso-carrier.ts'
import { Objects } from './objects.ts'
import { type AskCredentials, authOf } from './remote-auth.ts'
import { conflict, remoteError } from './remote-errors.ts'

export type { AskCredentials, Credentials } from './remote-auth.ts'

/** Where all refs of a remote are. */
export interface Advertised {
  readonly branches: ReadonlyMap<string, string>
  /** The branch that HEAD names. */
  readonly head: string | undefined
}

/** How far below a new head we look for a commit whose push was not answered. */
const LANDED_DEPTH = 100

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
  readonly #carrier: Carrier

  constructor(
    url: string,
    branch: string,
    objects: Objects,
    credentials: AskCredentials | undefined,
    carrier?: Carrier,
  ) {
    this.url = url
    this.#ref = `refs/heads/${branch}`
    this.#objects = objects
    this.#credentials = credentials
    this.#carrier = carrier ?? new IsoCarrier(url, this.#ref, objects, credentials)
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
  fetch(depth?: number): Promise<string> {
    return this.#carrier.fetch(depth)
  }

  fetchHistory(): Promise<string> {
    return this.#carrier.fetchHistory()
  }

  /**
   * Moves the branch from `base` to `oid`, or finds it there already.
   * @throws `conflict` when it is elsewhere; `refused` when the server declines
   */
  async push(base: string, oid: string): Promise<void> {
    try {
      await this.#carrier.push(base, oid)
    } catch (error) {
      const failure = remoteError(error, this.url)
      if (failure.code !== 'unavailable') throw failure
      await this.#explain(failure, base, oid)
    }
  }

  /** After a push without an answer: returns when it landed all the same, throws what is to be said otherwise. */
  async #explain(failure: RoundkeeperError, base: string, oid: string): Promise<void> {
    const now = await this.head().catch(() => base)
    if (now === oid) return
    if (now === base) throw failure
    if (!(await this.#isBelow(await this.fetch(LANDED_DEPTH), oid))) throw conflict(this.url, failure)
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

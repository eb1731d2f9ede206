/** Objects from and to a smart-HTTP remote without a git binary. */
import git from 'isomorphic-git'
import { RoundkeeperError } from '../errors.ts'
import type { Carrier } from './carrier.ts'
import { gitHttp } from './git-http.ts'
import type { Objects } from './objects.ts'
import { type AskCredentials, authOf } from './remote-auth.ts'
import { conflict, declined, pushRefusal, remoteError } from './remote-errors.ts'

/** git's word for "everything". */
const WHOLE_HISTORY = 2 ** 31 - 1

export class IsoCarrier implements Carrier {
  readonly #url: string
  readonly #ref: string
  readonly #objects: Objects
  readonly #credentials: AskCredentials | undefined

  constructor(url: string, ref: string, objects: Objects, credentials: AskCredentials | undefined) {
    this.#url = url
    this.#ref = ref
    this.#objects = objects
    this.#credentials = credentials
  }

  async fetch(depth = 1): Promise<string> {
    const { fetchHead } = await git
      .fetch({
        ...this.#peer,
        ...this.#local,
        remote: 'origin',
        remoteRef: this.#ref,
        ref: this.#ref.replace('refs/heads/', 'refs/remotes/origin/'), // what we tell the server to have
        singleBranch: true,
        tags: false,
        depth,
      })
      .catch((error: unknown) => {
        throw remoteError(error, this.#url)
      })
    await this.#objects.fs.settle()
    if (fetchHead !== null) return fetchHead
    throw new RoundkeeperError('not-found', 'the repository is empty', {
      where: this.#url,
      hint: 'Create the competition with init first.',
    })
  }

  fetchHistory(): Promise<string> {
    return this.fetch(WHOLE_HISTORY)
  }

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
      if (found !== undefined && found !== base) throw conflict(this.#url, error)
      throw this.#refusal(error)
    } finally {
      await git.deleteRef({ ...this.#local, ref })
    }
  }

  #refusal(error: unknown): unknown {
    const refusal = pushRefusal(error)
    if (refusal?.kind === 'race') return conflict(this.#url, error)
    return refusal === undefined ? remoteError(error, this.#url) : declined(this.#url, refusal.text, error)
  }

  get #local() {
    return { fs: this.#objects.fs, gitdir: this.#objects.gitdir, cache: this.#objects.cache }
  }

  get #peer() {
    return { http: gitHttp, url: this.#url, ...authOf(this.#credentials) }
  }
}

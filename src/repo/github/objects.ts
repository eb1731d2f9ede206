// Commits, trees and blobs of one repository by id, through GitHub's git database API. What an id names never changes.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { RoundkeeperError } from '../../errors.ts'
import { isOid } from '../oid.ts'
import type { CommitInfo } from '../state-repo.ts'
import { MAX_PATHS, tooManyPaths } from '../tree-diff.ts'
import type { Answer, Question } from './connection.ts'
import { type Credentials, type Repository, understood } from './credentials.ts'

export interface Entry {
  /** As in a tree: `100644`, `100755`, `120000`, `160000`. */
  readonly mode: string
  readonly oid: string
  /** A submodule's is `commit`. */
  readonly type: string
  /** Bytes of a blob. */
  readonly size: number
}

/** Everything in a tree but folders, by path. */
export type Listing = ReadonlyMap<string, Entry>

type Ask = (question: Question) => Promise<Answer>

const oidSchema = z.string().regex(/^[0-9a-f]{40}$/)
const who = z.object({ name: z.string(), email: z.string(), date: z.iso.datetime({ offset: true }) })
const commitSchema = z.object({
  message: z.string(),
  tree: z.object({ sha: oidSchema }),
  author: who,
  committer: who,
})
const parents = z.array(z.object({ sha: oidSchema }))
const commitObjectSchema = commitSchema.extend({ sha: oidSchema, parents })
const commitListSchema = z.array(z.object({ sha: oidSchema, parents, commit: commitSchema }))
const treeSchema = z.object({
  truncated: z.boolean(),
  tree: z.array(
    z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: oidSchema, size: z.int().optional() }),
  ),
})
const blobSchema = z.object({ content: z.string(), encoding: z.literal('base64') })

/** GitHub knows the tree without entries only where somebody wrote it. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
/** Its blobs API gives no more. */
const MAX_BLOB_BYTES = 100 * 2 ** 20
const MAX_LISTINGS = 8
const MAX_COMMITS = 1_000
const PER_PAGE = 100

export class GithubObjects {
  readonly #ask: Ask
  readonly #repository: Repository
  readonly #where: string
  readonly #listings = new Map<string, Promise<Listing>>()
  readonly #treeOf = new Map<string, string>()

  constructor(
    ask: (question: Question) => Promise<Answer>,
    credentials: Credentials,
    repository: Repository,
    where: string,
  ) {
    this.#ask = authorised(ask, credentials)
    this.#repository = repository
    this.#where = where
  }

  /** `/repos/OWNER/NAME/…` */
  async get(path: string, parameters: object = {}, known?: Answer): Promise<Answer> {
    const route = `GET /repos/{owner}/{repo}/${path}`
    return this.#ask({ route, parameters: { ...this.#repository, ...parameters }, known })
  }

  /** Once: what became of it, where nobody answered, is for the caller to find out. @throws also `Unanswered` */
  mutate(query: string, input: object, isLimit: (data: unknown) => boolean): Promise<Answer> {
    const parameters = { query, variables: { input } }
    return this.#ask({ route: 'POST /graphql', parameters, repeatable: false, isLimit })
  }

  /** @throws `not-found` */
  async commit(oid: string): Promise<CommitInfo & { readonly tree: string }> {
    if (!isOid(oid)) throw this.#noCommit(oid)
    const { data } = await this.get('git/commits/{oid}', { oid }).catch((error: unknown) => {
      const isMissing = error instanceof RoundkeeperError && ['not-found', 'refused'].includes(error.code)
      throw isMissing ? this.#noCommit(oid) : error
    })
    const found = understood(commitObjectSchema, data)
    this.remember(oid, found.tree.sha)
    return { ...infoOf(oid, found.parents, found), tree: found.tree.sha }
  }

  /** The files as of a commit. @throws `not-found`, `refused` for more than anybody has */
  async at(commit: string): Promise<Listing> {
    const tree = this.#treeOf.get(commit) ?? (await this.commit(commit)).tree
    const known = this.#listings.get(tree)
    this.#listings.delete(tree)
    const listing = known ?? this.#list(tree)
    this.#listings.set(tree, listing)
    const [oldest] = this.#listings.keys()
    if (this.#listings.size > MAX_LISTINGS && oldest !== undefined) this.#listings.delete(oldest)
    listing.catch(() => this.#listings.delete(tree))
    return listing
  }

  remember(commit: string, tree: string): void {
    if (this.#treeOf.size >= MAX_COMMITS) this.#treeOf.clear()
    this.#treeOf.set(commit, tree)
  }

  /** Hash-checked. @throws `refused` above 100 MiB, `unavailable` for other bytes than the id says */
  async blob({ oid, size }: Entry, path: string): Promise<Uint8Array> {
    if (size > MAX_BLOB_BYTES) {
      throw new RoundkeeperError('refused', `${path} has ${size} bytes, more than GitHub’s API hands out`, {
        where: this.#where,
        hint: 'Keep large files in the object store; or set `repo` to the https URL, which speaks git.',
      })
    }
    const { data } = await this.get('git/blobs/{oid}', { oid })
    const bytes = Buffer.from(understood(blobSchema, data).content, 'base64')
    if (blobId(bytes) === oid) return bytes
    throw new RoundkeeperError('unavailable', `GitHub gave other bytes for ${path} than those that ${oid} names`, {
      where: this.#where,
      hint: 'Try again; if it stays so, something between here and GitHub changes its answers.',
    })
  }

  /** From `head` to the root, newest first; a page is asked for when it is wanted. @throws `not-found` */
  async *log(head: string): AsyncGenerator<CommitInfo> {
    await this.at(head) // for its error when there is none
    for (let page = 1; ; page++) {
      const { data, hasNext } = await this.get('commits', { sha: head, per_page: PER_PAGE, page })
      for (const { sha, parents: above, commit } of understood(commitListSchema, data)) yield infoOf(sha, above, commit)
      if (!hasNext) return
    }
  }

  async #list(tree: string): Promise<Listing> {
    const files = new Map<string, Entry>()
    if (tree !== EMPTY_TREE) await this.#gather(tree, '', files)
    return files
  }

  /** All at once where GitHub gives all at once, otherwise folder by folder. */
  async #gather(tree: string, prefix: string, files: Map<string, Entry>): Promise<void> {
    const whole = await this.#tree(tree, true)
    const { truncated, entries } = whole.truncated ? await this.#tree(tree, false) : whole
    if (truncated) throw tooManyPaths(`${this.#where}/${prefix}`)
    for (const { path, mode, type, sha: oid, size = 0 } of entries) {
      if (type !== 'tree') files.set(`${prefix}${path}`, { mode, oid, type, size })
      else if (whole.truncated) await this.#gather(oid, `${prefix}${path}/`, files)
      if (files.size > MAX_PATHS) throw tooManyPaths(`${this.#where}/${prefix}`)
    }
  }

  async #tree(oid: string, recursive: boolean) {
    // Anything in `recursive`, also `false`, means yes.
    const { data } = await this.get('git/trees/{oid}', { oid, ...(recursive && { recursive: 1 }) })
    const { truncated, tree: entries } = understood(treeSchema, data)
    return { truncated, entries }
  }

  #noCommit(oid: string): RoundkeeperError {
    return new RoundkeeperError('not-found', `there is no commit ${oid}`, {
      where: this.#where,
      hint: 'Read the branch again; history may have been rewritten.',
    })
  }
}

export const blobId = (bytes: Uint8Array) =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

function authorised(ask: Ask, credentials: Credentials): Ask {
  return async (question) => {
    const withThem = async () => ask({ ...question, authorization: await credentials.authorization() })
    try {
      return await withThem()
    } catch (error) {
      const isDenied = error instanceof RoundkeeperError && error.code === 'unauthorised'
      if (!isDenied || !credentials.renew()) throw error
      return withThem()
    }
  }
}

function infoOf(
  oid: string,
  above: z.infer<typeof parents>,
  { message, author, committer }: z.infer<typeof commitSchema>,
): CommitInfo {
  const signature = ({ name, email, date }: z.infer<typeof who>) => ({ name, email, at: new Date(date) })
  const signatures = { author: signature(author), committer: signature(committer) }
  return { oid, parents: above.map(({ sha }) => sha), message, ...signatures }
}

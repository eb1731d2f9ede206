/**
 * A competition repository on GitHub, by its API alone: no clone, no git. Commits are made by `createCommitOnBranch`:
 * GitHub writes author, committer and time itself and signs with its own key; `expectedHeadOid` decides races.
 */
import { z } from 'zod'
import { isError, RoundkeeperError } from '../../errors.ts'
import { identityOf } from '../build-commit.ts'
import { formatMessage } from '../message.ts'
import { checkBranch, checkPath } from '../paths.ts'
import type { ChangeSet, CommitInfo, Signature, StateRepo } from '../state-repo.ts'
import { conflictError, mutationError } from './answers.ts'
import { type Answer, Connection, type ConnectionOptions, Unanswered } from './connection.ts'
import { type App, AppCredentials, type Repository, tokenCredentials, understood } from './credentials.ts'
import { GithubObjects } from './objects.ts'
import { MAX_CHANGE_BYTES, type Plan, planChange } from './plan.ts'

export interface GithubRepoOptions extends ConnectionOptions {
  readonly branch: string
  /** An App comes before a token; without either, public repositories can be read. */
  readonly token?: string | undefined
  readonly app?: App | undefined
  /** Nothing will be committed: that no key of ours can sign there is no obstacle. */
  readonly readOnly?: boolean | undefined
}

const SIGNERS = 'policy/allowed_signers'
const ATTEMPTS = 3
const MUTATION =
  'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid tree { oid } } } }'

const refSchema = z.object({ object: z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/), type: z.literal('commit') }) })
const oid = z.string().regex(/^[0-9a-f]{40}$/)
const mutationSchema = z.object({
  data: z
    .object({ createCommitOnBranch: z.object({ commit: z.object({ oid, tree: z.object({ oid }) }) }).nullish() })
    .nullish(),
  errors: z.array(z.object({ type: z.string().optional(), message: z.string().optional() })).optional(),
})

export class GithubRepo implements StateRepo {
  readonly id: string
  readonly maxChangeBytes = MAX_CHANGE_BYTES
  readonly #connection: Connection
  readonly #objects: GithubObjects
  readonly #repository: Repository
  readonly #branch: string
  readonly #readOnly: boolean
  /** The last answer about the branch: that it has not moved costs nothing of the limit. */
  #ref: Answer | undefined

  /** Does not ask GitHub yet. @throws RoundkeeperError `usage` for an App's key that cannot be read */
  constructor(repository: Repository, { branch, token, app, readOnly = false, ...options }: GithubRepoOptions) {
    checkBranch(branch)
    this.id = `github:${repository.owner}/${repository.repo}`
    this.#repository = repository
    this.#branch = branch
    this.#readOnly = readOnly
    this.#connection = new Connection(options)
    const credentials =
      app === undefined ? tokenCredentials(token) : new AppCredentials(this.#connection, app, repository)
    this.#objects = new GithubObjects((question) => this.#connection.ask(question), credentials, repository, this.id)
  }

  /** @throws also `refused` for a competition that counts SSH signatures, unless for reading: nothing that came of it could be committed */
  async head(): Promise<string> {
    const head = await this.#look()
    if (!this.#readOnly && (await this.#objects.at(head)).has(SIGNERS)) throw this.#wantsSignatures()
    return head
  }

  async read(head: string, path: string): Promise<Uint8Array | undefined> {
    const entry = (await this.#objects.at(head)).get(path)
    return entry?.type === 'blob' ? this.#objects.blob(entry, path) : undefined
  }

  async list(head: string, folder: string): Promise<string[]> {
    const prefix = folder === '' ? '' : `${folder}/`
    const files = [...(await this.#objects.at(head))].filter(([, { type }]) => type === 'blob')
    return files.flatMap(([path]) => (path.startsWith(prefix) ? [path] : [])).sort()
  }

  async changes(base: string, head: string): Promise<string[]> {
    const [before, after] = [await this.#objects.at(base), await this.#objects.at(head)]
    const differs = (path: string) => {
      const [was, is] = [before.get(path), after.get(path)]
      return was?.oid !== is?.oid || was?.mode !== is?.mode
    }
    return [...new Set([...before.keys(), ...after.keys()])].filter(differs).sort()
  }

  log(head: string): AsyncIterable<CommitInfo> {
    return this.#objects.log(head)
  }

  /** Whose commit it is, and when it was made, is GitHub's to say: `by` has to be fit for a commit, and is not written. */
  async commit(base: string, change: ChangeSet, by: Signature): Promise<string> {
    const message = asGithubJoins(formatMessage(change.message, change.trailers))
    identityOf(by)
    for (const path of change.files.keys()) checkPath(path)
    if (by.signer !== undefined || change.files.has(SIGNERS)) throw this.#wantsSignatures()
    const before = await this.#objects.at(base).catch((error: unknown) => {
      throw isError(error, 'not-found') ? conflictError(this.id) : error
    })
    if (before.has(SIGNERS)) throw this.#wantsSignatures()
    const plan = planChange(before, change.files)
    // Whether the branch is there is for the commit itself to find out: a look may be answered with what was before.
    if (!isNothing(plan)) return this.#land(base, plan, message)
    if ((await this.#look()) !== base) throw conflictError(this.id)
    return base
  }

  /** Asks until it is known what became of it. That it is done twice is impossible: the second time the head is another. */
  async #land(base: string, plan: Plan, message: string): Promise<string> {
    let isUnsure = false
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#mutate(base, plan, message)
      } catch (error) {
        isUnsure ||= error instanceof Unanswered
        if (!isUnsure || !(error instanceof Unanswered || isError(error, 'conflict'))) throw error
        const own = await this.#landed(base, plan, message)
        if (own !== undefined) return own
        if (isError(error, 'conflict') || attempt === ATTEMPTS) throw error
        await this.#connection.pause()
      }
    }
  }

  async #mutate(base: string, plan: Plan, message: string): Promise<string> {
    const { owner, repo } = this.#repository
    const [headline, ...rest] = message.split('\n')
    const input = {
      branch: { repositoryNameWithOwner: `${owner}/${repo}`, branchName: this.#branch },
      message: { headline, body: rest.join('\n').trim() },
      expectedHeadOid: base,
      fileChanges: {
        additions: plan.additions.map(({ path, bytes }) => ({ path, contents: Buffer.from(bytes).toString('base64') })),
        deletions: plan.deletions.map((path) => ({ path })),
      },
    }
    const { data } = await this.#objects.mutate(MUTATION, input, isLimit)
    const { data: result, errors = [] } = understood(mutationSchema, data)
    const made = result?.createCommitOnBranch?.commit
    if (made === undefined) throw mutationError(errors, this.id)
    this.#objects.remember(made.oid, made.tree.oid)
    return made.oid
  }

  /** The commit that an unanswered request made, if it is the head now. */
  async #landed(base: string, plan: Plan, message: string): Promise<string | undefined> {
    const head = await this.#look()
    if (head === base) return undefined
    const found = await this.#objects.commit(head)
    if (found.parents[0] !== base || found.message.trimEnd() !== message.trimEnd()) return undefined
    const wanted = [...plan.additions.map(({ path }) => path), ...plan.deletions].sort()
    const isOurs = (await this.changes(base, head)).join('\n') === wanted.join('\n')
    return isOurs && isNothing(planChange(await this.#objects.at(head), filesOf(plan))) ? head : undefined
  }

  async #look(): Promise<string> {
    this.#ref = await this.#objects.get('git/ref/{ref}', { ref: `heads/${this.#branch}` }, this.#ref)
    return understood(refSchema, this.#ref.data).object.sha
  }

  #wantsSignatures(): RoundkeeperError {
    return new RoundkeeperError(
      'refused',
      'commits through GitHub’s API carry GitHub’s own signature, never one of a key of yours: a competition that counts SSH signatures cannot be kept so',
      {
        where: `${this.id}, ${SIGNERS}`,
        hint: `Set \`repo\` to https://github.com/${this.#repository.owner}/${this.#repository.repo}, which speaks git; or, where there is no ${SIGNERS}, take signing_key out of roundkeeper.json and ROUNDKEEPER_SIGNING_KEY out of the environment.`,
      },
    )
  }
}

const isLimit = (data: unknown) =>
  mutationSchema.safeParse(data).data?.errors?.some(({ type }) => type === 'RATE_LIMITED') === true

/** GitHub takes the first line and the rest apart, and puts an empty line between them. */
function asGithubJoins(message: string): string {
  const [headline = '', ...rest] = message.trimEnd().split('\n')
  const body = rest.join('\n').trim()
  return body === '' ? headline : `${headline}\n\n${body}`
}

const filesOf = ({ additions, deletions }: Plan) =>
  new Map<string, Uint8Array | null>([
    ...additions.map(({ path, bytes }) => [path, bytes] as const),
    ...deletions.map((path) => [path, null] as const),
  ])

const isNothing = ({ additions, deletions }: Plan) => additions.length + deletions.length === 0

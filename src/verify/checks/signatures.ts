/**
 * Every commit is signed by somebody who was allowed to, and touches only what that one may write. What counts is the
 * policy as of the parent, and of its changes those by whoever was allowed to: nobody lets himself in. The commit that
 * brings the first policy is held to its own list: trust on first use, unless an auditor brings a list.
 */
import { PERMISSIONS_PATH, Policy, type PolicyTexts, policyAfter, SIGNERS_PATH } from '../../engine/policy.ts'
import type { AllowedSigners, Principals } from '../../signing/allowed-signers.ts'
import { explanationOf } from '../explained.ts'
import type { Check, Reporter, Step } from '../step.ts'
import { told } from './policy-change.ts'
import { Repeats } from './repeats.ts'
import { type Signed, signerOf } from './signer.ts'

const MAX_LISTED = 20

export interface SignaturesOptions {
  /** The auditor's own list, instead of those in the history: then every commit that is looked at has to be signed. */
  readonly pinned?: AllowedSigners | undefined
}

/** How many commits were signed, as of those that were looked at. */
export interface SignatureCounts {
  /** Whom the auditor trusts: a list of his own, the history's first one, or nobody, because there is none. */
  readonly trust: 'pinned' | 'first-use' | 'none'
  /** The commit that brought the first list; null where there is none, or it came before a checkpoint that is not known. */
  readonly founded: string | null
  /** Commits that had to be signed. */
  readonly demanded: number
  /** Of those, with a valid signature of somebody who was allowed to. */
  readonly trusted: number
}

interface Memory {
  readonly policy: PolicyTexts | null
  readonly founded: string | null
  readonly demanded: number
  readonly trusted: number
  readonly repeats: unknown
}

export class Signatures implements Check {
  readonly name = 'signatures'
  readonly #pinned: AllowedSigners | undefined
  readonly #repeats = new Repeats(MAX_LISTED)
  #policy: Policy | undefined
  #founded: string | null = null
  #demanded = 0
  #trusted = 0

  constructor({ pinned }: SignaturesOptions = {}) {
    this.#pinned = pinned
  }

  get counts(): SignatureCounts {
    const trust = this.#pinned !== undefined ? 'pinned' : this.#policy !== undefined ? 'first-use' : 'none'
    return { trust, founded: this.#founded, demanded: this.#demanded, trusted: this.#trusted }
  }

  async begin(records: Parameters<NonNullable<Check['begin']>>[0], memory: unknown): Promise<void> {
    const known = memory as Memory | undefined
    this.#repeats.begin(known?.repeats)
    this.#founded = known?.founded ?? null
    this.#demanded = known?.demanded ?? 0
    this.#trusted = known?.trusted ?? 0
    this.#policy = known?.policy ? new Policy(known.policy) : (await policyAfter(undefined, records)).policy
  }

  memory(): Memory {
    const [policy, repeats] = [this.#policy?.texts ?? null, this.#repeats.memory()]
    return { policy, founded: this.#founded, demanded: this.#demanded, trusted: this.#trusted, repeats }
  }

  async step(step: Step, report: Reporter): Promise<void> {
    const before = this.#policy
    const changed = [SIGNERS_PATH, PERMISSIONS_PATH].filter((path) => step.changed.some((each) => each.path === path))
    const next = changed.length > 0 ? await policyAfter(before, step.after) : { policy: before, problems: [] }
    const signers = this.#pinned ?? (before ?? next.policy)?.signers
    if (signers === undefined) return
    const list = this.#pinned === undefined ? SIGNERS_PATH : 'the list that was given'
    const forbidden = await this.#judge(step, signerOf(step, signers, list), before, report)
    if (before === undefined) {
      this.#policy = next.policy
      this.#founded = next.policy === undefined ? null : step.commit.oid
    }
    for (const { path, problem } of next.problems)
      if (changed.includes(path)) this.#find(step, report, '', 'policy', path, `${path}: ${problem}.`)
    if (before === undefined || changed.length === 0) return
    const counts = !changed.some((path) => forbidden(path))
    if (counts) this.#policy = next.policy
    for (const path of changed) {
      const removed = (await step.after.text(path)) === undefined
      const { code, message } = told(path, { before, after: next.policy ?? before, removed, counts })
      this.#find(step, report, '', code, path, message)
    }
  }

  end(_records: unknown, report: Reporter): void {
    this.#repeats.end(report)
    if (this.counts.trust !== 'none') return
    const message = `No list of allowed signers (${SIGNERS_PATH}) is on record: who made which commit has to be believed.`
    report.finding('signature/none', null, message)
  }

  /** @returns whether the commit may not write a path */
  async #judge(
    step: Step,
    signed: Signed,
    before: Policy | undefined,
    report: Reporter,
  ): Promise<(path: string) => boolean> {
    this.#demanded += 1
    if (signed.kind !== 'trusted') {
      this.#find(step, report, '', signed.kind, null, signed.why)
      return () => true
    }
    this.#trusted += 1
    const { signer } = signed
    const { name, email } = step.commit.committer
    if (!signer.is(email)) {
      const message = `This commit is signed by ${signer.name}, but says that it was committed by ${name} <${email}>.`
      this.#find(step, report, signer.name, 'identity', null, message)
    }
    const forbidden = await forbiddenIn(step, signer, before)
    for (const path of forbidden) {
      const message = `${signer.name} may not write ${path}: ${PERMISSIONS_PATH} does not allow it.`
      this.#find(step, report, signer.name, 'path', path, message)
    }
    return (path) => forbidden.includes(path)
  }

  #find({ commit }: Step, report: Reporter, kind: string, code: string, path: string | null, message: string): void {
    this.#repeats.finding(report, commit.oid, kind, `signature/${code}`, path, message)
  }
}

/** @param policy in force; the one that brings the first policy may write everything */
async function forbiddenIn(step: Step, signer: Principals, policy: Policy | undefined): Promise<string[]> {
  const paths = policy?.forbidden(
    signer,
    step.changed.map(({ path }) => path),
  )
  if (policy === undefined || paths === undefined || paths.length === 0) return []
  // Who may record an act may do what the act says.
  const act = await explanationOf(step)
  if (act === undefined || policy.forbidden(signer, [act.path]).length > 0) return paths
  return paths.filter((path) => !act.explained.has(path))
}

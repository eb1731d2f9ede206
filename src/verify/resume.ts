/** Verifies what is new since a checkpoint, so that an audit every day costs what the day brought. */
import { isError, RoundkeeperError } from '../errors.ts'
import type { History } from '../repo/history.ts'
import { files } from '../state/files.ts'
import type { Checkpoint, Terms } from './checkpoint.ts'
import { severityOf } from './codes/index.ts'
import type { Finding } from './finding.ts'
import { readable } from './readable.ts'
import { type Verification, type VerifyOptions, verify } from './verify.ts'

export interface ResumeOptions extends Omit<VerifyOptions, 'since' | 'earlier'> {
  /** How it is to be looked at now. */
  readonly terms: Terms
}

/**
 * The result is about everything, as if it had been looked at in one walk. All of it is looked at again where the
 * checkpoint was made by other terms; and where its commit is not in the history any more, which is an error among the
 * findings.
 * @throws `refused` for a checkpoint of another competition; what the history throws
 */
export async function verifySince(
  history: History,
  checkpoint: Checkpoint,
  { terms, ...options }: ResumeOptions,
): Promise<Verification> {
  const { head, base, root, known } = checkpoint
  if (!(await contains(history, head))) return replaced(history, checkpoint, await verify(history, options))
  const again = whyAgain(checkpoint.terms, terms)
  if (again !== undefined) {
    const result = await verify(history, base === null ? options : { ...options, since: base })
    // Of an earlier history nothing can be seen in this one.
    return withFindings({ ...result, again }, known.findings.filter(isRewritten))
  }
  const result = await verify(history, { ...options, since: head, earlier: known })
  const earlier = { head, commits: known.commits, findings: known.findings.length }
  return { ...result, since: base, root, earlier }
}

/** What was found by other terms cannot be added to what is found by these. */
function whyAgain(before: Terms, now: Terms): string | undefined {
  if (before.engine !== now.engine) return `the checkpoint was written by ${before.engine}`
  if (before.allowed_signers !== now.allowed_signers) return 'the checkpoint goes by another list of allowed signers'
  if (now.evidence && !before.evidence) return 'for the checkpoint, the evidence itself was not looked at'
  return undefined
}

async function replaced(history: History, checkpoint: Checkpoint, whole: Verification): Promise<Verification> {
  const { root, head } = checkpoint
  const competition = (await readable(whole.records, files.config))?.name
  if (whole.root !== root && (competition === undefined || competition !== checkpoint.competition)) {
    throw new RoundkeeperError('refused', 'the checkpoint is of another competition', {
      where: `${checkpoint.competition ?? 'without a name'}, verified up to ${head}`,
      hint: 'Name the checkpoint of this one, or verify from the beginning, without --since. If this should be the same competition, its history was replaced from the first commit on.',
    })
  }
  return withFindings(whole, [...checkpoint.known.findings.filter(isRewritten), rewritten(history, checkpoint)])
}

const REWRITTEN = 'history/rewritten'
const isRewritten = ({ code }: Finding) => code === REWRITTEN

async function contains(history: History, commit: string): Promise<boolean> {
  try {
    await history.count(commit)
    return true
  } catch (error) {
    if (!isError(error, 'not-found')) throw error
    await history.count() // for its error, where it is the history that is not whole
    return false
  }
}

function rewritten(history: History, { head, known }: Checkpoint): Finding {
  const before = `${known.commits} commits up to ${head}`
  return {
    code: REWRITTEN,
    severity: severityOf(REWRITTEN, true),
    commit: history.head,
    path: null,
    round: null,
    message: `What was verified before, ${before}, is not part of this history, which ends at ${history.head}: either commits were replaced or removed, and the branch was pushed by force, or this is an older or another copy.`,
  }
}

function withFindings(verification: Verification, first: readonly Finding[]): Verification {
  const { findings, known } = verification
  return {
    ...verification,
    findings: [...first, ...findings],
    known: { ...known, findings: [...first, ...known.findings] },
  }
}

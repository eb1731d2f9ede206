/** Verifies what is new since a checkpoint, so that an audit every day costs what the day brought. */
import { isError, RoundkeeperError } from '../errors.ts'
import type { History } from '../repo/history.ts'
import { files } from '../state/files.ts'
import type { Checkpoint } from './checkpoint.ts'
import { severityOf } from './codes/index.ts'
import type { Finding } from './finding.ts'
import { readable } from './readable.ts'
import { type Verification, type VerifyOptions, verify } from './verify.ts'

type Options = Omit<VerifyOptions, 'since' | 'earlier'>

/**
 * The result is about everything, as if it had been looked at in one walk. Where the commit of the checkpoint is not in
 * the history any more, all of it is looked at, and that is an error among the findings.
 * @throws `refused` for a checkpoint of another competition; what the history throws
 */
export async function verifySince(history: History, checkpoint: Checkpoint, options: Options): Promise<Verification> {
  const { head, base, root, engine, known } = checkpoint
  if (await contains(history, head)) {
    const result = await verify(history, { ...options, since: head, earlier: known })
    const earlier = { head, engine, commits: known.commits, findings: known.findings.length }
    return { ...result, since: base, root, earlier }
  }
  const whole = await verify(history, options)
  const competition = (await readable(whole.records, files.config))?.name
  if (whole.root !== root && (competition === undefined || competition !== checkpoint.competition)) {
    throw new RoundkeeperError('refused', 'the checkpoint is of another competition', {
      where: `${checkpoint.competition ?? 'without a name'}, verified up to ${head}`,
      hint: 'Name the checkpoint of this one, or verify from the beginning, without --since. If this should be the same competition, its history was replaced from the first commit on.',
    })
  }
  return withFinding(whole, rewritten(history, checkpoint))
}

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
    code: 'history/rewritten',
    severity: severityOf('history/rewritten', true),
    commit: history.head,
    path: null,
    round: null,
    message: `What was verified before, ${before}, is not part of this history, which ends at ${history.head}: commits were replaced or removed, and the branch was pushed by force.`,
  }
}

function withFinding(verification: Verification, finding: Finding): Verification {
  const { findings, known } = verification
  return {
    ...verification,
    findings: [finding, ...findings],
    known: { ...known, findings: [finding, ...known.findings] },
  }
}

import type { Context, Round } from '../../engine/owner.ts'
import { blockSeconds, deadlineOf, etaOfBlock } from '../../rules/schedule.ts'
import { DEFAULT_AUDIT_DEADLINE_HOURS, files } from '../../state/index.ts'

/** When all audits of a round should be in; undefined for a round without a schedule. */
export async function auditDue({ snapshot, config, number }: Round, { chain }: Context): Promise<Date | undefined> {
  const schedule = await snapshot.find(files.schedule, number)
  if (schedule === undefined) return undefined
  const deadline = deadlineOf(schedule, config, await snapshot.find(files.seed, number))
  const duelsFrom = etaOfBlock(deadline, await chain.head(), blockSeconds(config))
  const hours = config.audit_deadline_hours ?? DEFAULT_AUDIT_DEADLINE_HOURS
  return new Date(duelsFrom.getTime() + hours * 3_600_000)
}

/** By the time of the chain, so that everybody gives the same answer. */
export async function isPastAuditDue(round: Round, context: Context): Promise<boolean> {
  const due = await auditDue(round, context)
  return due !== undefined && (await context.chain.head()).time > due
}

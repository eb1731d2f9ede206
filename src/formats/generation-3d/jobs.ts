import { type Change, change } from '../../engine/change.ts'
import type { Job } from '../../engine/format.ts'
import type { Context, Round, Waiting } from '../../engine/owner.ts'
import { isBuildSettled, recordedBuild } from '../../rules/build.ts'
import { type Builds, files, LEADER } from '../../state/index.ts'
import { auditDue, isPastAuditDue } from './audit-due.ts'
import { auditAll, openAudits } from './audits.ts'
import { runBaseline } from './baseline.ts'
import { buildOf } from './build.ts'
import { missingOf } from './generated.ts'
import type { Ports } from './ports.ts'
import { recordOf } from './record.ts'

/** Builds of all entries, the leader's outputs for this round, and the audits that were asked for. */
export async function jobs(round: Round, context: Context): Promise<Job[]> {
  const record = await recordOf(round)
  const pastDue = await isPastAuditDue(round, context)
  const list: Job[] = []
  if (record.order.some((hotkey) => !isBuildSettled(record.builds[hotkey], pastDue)))
    list.push({ kind: 'builds', subject: 'all' })
  if (record.leader !== undefined && (await missingOf(round, LEADER)).length > 0)
    list.push({ kind: 'baseline', subject: LEADER })
  if (openAudits(record, pastDue).length > 0) list.push({ kind: 'audits', subject: 'requested' })
  return list
}

export async function* work(
  ports: Ports,
  round: Round,
  job: Job,
  context: Context,
): AsyncGenerator<Change, Waiting | undefined> {
  if (job.kind === 'builds') return yield* buildAll(ports, round, context)
  if (job.kind === 'baseline') return yield* runBaseline(ports, round, context)
  return yield* auditAll(ports, round, context)
}

async function* buildAll(ports: Ports, round: Round, context: Context): AsyncGenerator<Change, Waiting | undefined> {
  const { submissions, builds } = await recordOf(round)
  const pastDue = await isPastAuditDue(round, context)
  const next: Builds = {}
  let failure: unknown
  for (const [hotkey, entry] of Object.entries(submissions)) {
    const known = builds[hotkey]
    const asked = buildOf(entry)
    const { repo, commit, tag } = asked
    if (known !== undefined && isBuildSettled(known, pastDue)) next[hotkey] = known
    else {
      try {
        const answer = await ports.builder.build({ repo, commit, tag, hotkey, round: round.number }, context.signal)
        const { image_digest: _, log_url: __, detail: ___, ...before } = known ?? {}
        next[hotkey] = { ...before, ...asked, ...recordedBuild(answer, pastDue) }
      } catch (error) {
        // One build that cannot be had now must not hold up the others.
        if (context.signal.aborted) throw error
        failure ??= error
        next[hotkey] = known ?? { ...asked, status: 'pending', docker_image: null }
      }
    }
  }
  if (files.builds.serialise(next) !== files.builds.serialise(builds)) {
    yield change(`Update build statuses for round ${round.number}`).put(files.builds, [round.number], next)
  }
  if (failure !== undefined) throw failure
  const open = Object.values(next).filter((build) => !isBuildSettled(build, pastDue)).length
  if (open === 0) return undefined
  const due = await auditDue(round, context)
  return { for: open === 1 ? 'an image build' : `${open} image builds`, ...(due && { due }) }
}

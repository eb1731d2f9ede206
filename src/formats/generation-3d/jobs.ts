import { type Change, change } from '../../engine/change.ts'
import type { Job } from '../../engine/format.ts'
import type { Context, Round, Waiting } from '../../engine/owner.ts'
import { voidedIn } from '../../engine/scene.ts'
import { isError, RoundkeeperError } from '../../errors.ts'
import { checkedPrompts } from '../../rules/audit.ts'
import { isBuildSettled, recordedBuild } from '../../rules/build.ts'
import { pinnedImage } from '../../rules/image.ts'
import { type Builds, files, type GenerationAudit, LEADER, type Outputs } from '../../state/index.ts'
import { auditDue, isPastAuditDue } from './audit-due.ts'
import { buildOf } from './build.ts'
import type { Ports } from './ports.ts'
import { type Prompt, promptsMissingIn } from './prompts.ts'
import { outputsOf, type RoundRecord, recordOf } from './record.ts'
import { type RegenerateResult, regenerate } from './regenerate.ts'
import { required } from './required.ts'
import { notBuilt, notDeployed, verdictOnRecord } from './verdict.ts'

/** Builds of all entries, the leader's outputs for this round, and the audits that were asked for. */
export async function jobs(round: Round, context: Context): Promise<Job[]> {
  const record = await recordOf(round)
  const pastDue = await isPastAuditDue(round, context)
  const list: Job[] = []
  if (record.order.some((hotkey) => !isBuildSettled(record.builds[hotkey], pastDue)))
    list.push({ kind: 'builds', subject: 'all' })
  if (record.leader !== undefined && (await missing(round, LEADER)).length > 0)
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

async function missing(round: Round, subject: string): Promise<Prompt[]> {
  return promptsMissingIn(round, (await round.snapshot.find(files.generated, round.number, subject)) ?? {})
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

/** The reigning champion's outputs for this round's prompts, with no verdict. */
async function* runBaseline(ports: Ports, round: Round, context: Context): AsyncGenerator<Change, Waiting | undefined> {
  const { leader } = await recordOf(round)
  if (leader === undefined) return
  const { docker } = required(leader, 'leader.json', 'docker')
  const image = pinnedImage(docker, leader.image_digest)
  const result = await regenerate(ports, round, image, LEADER, await missing(round, LEADER), {}, context)
  if (!result.ok) {
    throw new RoundkeeperError('unavailable', `the leader's image does not run: ${result.detail}`, {
      where: image,
      hint: 'The duels wait for it. Make the image runnable (see leader.json) and run again.',
    })
  }
  yield await recordGenerated(round, LEADER, result)
  return
}

/** Asked for, not answered, and with a build that has come to an end. */
function openAudits({ requests, generationAudits, builds }: RoundRecord, pastDue: boolean): string[] {
  return requests
    .map(({ hotkey }) => hotkey)
    .filter(
      (hotkey) =>
        (generationAudits[hotkey]?.outcome ?? 'pending') === 'pending' && isBuildSettled(builds[hotkey], pastDue),
    )
}

/**
 * Regenerates what the requested miners submitted. The verdicts are published together: what is judged next must not
 * depend on which of them came first.
 */
async function* auditAll(ports: Ports, round: Round, context: Context): AsyncGenerator<Change, Waiting | undefined> {
  const verdicts: GenerationAudit[] = []
  let failure: unknown
  for (const hotkey of openAudits(await recordOf(round), await isPastAuditDue(round, context))) {
    try {
      verdicts.push(yield* audit(ports, round, hotkey, context))
    } catch (error) {
      if (!isError(error) || !error.retryable) throw error
      failure ??= error
    }
  }
  if (verdicts.length > 0) yield await publish(round, verdicts)
  if (failure !== undefined) throw failure
  return undefined
}

async function* audit(
  ports: Ports,
  round: Round,
  hotkey: string,
  context: Context,
): AsyncGenerator<Change, GenerationAudit> {
  const record = await recordOf(round)
  const build = record.builds[hotkey]
  if (!build?.docker_image) return notBuilt(hotkey)
  const image = pinnedImage(build.docker_image, build.image_digest)
  const submitted = await outputsOf(round, hotkey)
  const voided = await voidedIn(round.snapshot, round.number)
  const delivered = new Set(checkedPrompts(submitted, voided))
  const todo = (await missing(round, hotkey)).filter(({ stem }) => delivered.has(stem))
  const result = await regenerate(ports, round, image, hotkey, todo, submitted, context)
  if (!result.ok) return notDeployed(hotkey, result.detail)
  if (todo.length > 0) yield await recordGenerated(round, hotkey, result)
  return verdictOnRecord(round, hotkey)
}

async function publish({ snapshot, number }: Round, verdicts: readonly GenerationAudit[]): Promise<Change> {
  const audits = (await snapshot.find(files.generationAudits, number)) ?? {}
  return change(`Update generation audits for round ${number}`).put(files.generationAudits, [number], {
    ...audits,
    ...Object.fromEntries(verdicts.map((verdict) => [verdict.hotkey, verdict])),
  })
}

async function recordGenerated(
  { snapshot, number }: Round,
  subject: string,
  result: RegenerateResult & { ok: true },
): Promise<Change> {
  const before: Outputs = (await snapshot.find(files.generated, number, subject)) ?? {}
  return change(`Update generated for round ${number}, miner ${subject.slice(0, 10)}`).put(
    files.generated,
    [number, subject],
    { ...before, ...result.outputs },
  )
}

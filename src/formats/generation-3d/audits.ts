/** Audits that were asked for: an image is run again, first on prompts that it cannot know, then on those of the round. */
import { type Change, change } from '../../engine/change.ts'
import { NotGathered } from '../../engine/not-gathered.ts'
import type { Context, Round, Waiting } from '../../engine/owner.ts'
import { voidedIn } from '../../engine/scene.ts'
import { isError } from '../../errors.ts'
import { checkedPrompts } from '../../rules/audit.ts'
import { isBuildSettled } from '../../rules/build.ts'
import { pinnedImage } from '../../rules/image.ts'
import type { RetryLimits } from '../../rules/retries.ts'
import { files, type GenerationAudit } from '../../state/index.ts'
import { isPastAuditDue } from './audit-due.ts'
import { limitsOf } from './audit-limits.ts'
import { missingOf, recordGenerated, retryLimits, subjectOf } from './generated.ts'
import type { Ports } from './ports.ts'
import { keepReadable } from './readable.ts'
import { outputsOf, type RoundRecord, recordOf } from './record.ts'
import { Regeneration } from './regenerate.ts'
import { type Emit, sideBySide } from './side-by-side.ts'
import { recordUnseen, unseenOf } from './unseen.ts'
import { notBuilt, notDeployed, refusalOnRecord, verdictOnRecord, voided } from './verdict.ts'

/** With twice the mismatches that are tolerated, of 128 prompts, the end is certain and nothing more is learnt. */
const FEWEST_HOPELESS = 12

/** Asked for, not answered, and with a build that has come to an end. Whoever a person has rejected is not run any more. */
export function openAudits(
  {
    requests,
    generationAudits,
    builds,
    rejected,
  }: Pick<RoundRecord, 'requests' | 'generationAudits' | 'builds' | 'rejected'>,
  pastDue: boolean,
): string[] {
  return requests
    .map(({ hotkey }) => hotkey)
    .filter(
      (hotkey) =>
        (generationAudits[hotkey]?.outcome ?? 'pending') === 'pending' &&
        !rejected.has(hotkey) &&
        isBuildSettled(builds[hotkey], pastDue),
    )
}

/**
 * Regenerates what the requested miners submitted. The verdicts are published together: what is judged next must not
 * depend on which of them came first.
 */
export async function* auditAll(
  ports: Ports,
  round: Round,
  context: Context,
): AsyncGenerator<Change, Waiting | undefined> {
  let failure: unknown
  const open = openAudits(await recordOf(round), await isPastAuditDue(round, context))
  const verdicts = yield* sideBySide(
    open,
    ports.crew?.auditsAtOnce ?? 1,
    context.signal,
    async (hotkey, emit, signal) => {
      try {
        return await audit(ports, round, hotkey, { ...context, signal }, emit)
      } catch (error) {
        if (!isError(error) || !error.retryable) throw error
        failure ??= error
        // Somebody else is to run it: nothing has happened yet that could be on record.
        return error instanceof NotGathered ? undefined : voided(hotkey)
      }
    },
  )
  const published = await publish(
    round,
    verdicts.filter((verdict) => verdict !== undefined),
  )
  if (published !== undefined) yield published
  if (failure !== undefined) throw failure
  return undefined
}

async function audit(
  ports: Ports,
  round: Round,
  hotkey: string,
  context: Context,
  emit: Emit,
): Promise<GenerationAudit> {
  const { builds } = await recordOf(round)
  const build = builds[hotkey]
  if (!build?.docker_image) return notBuilt(hotkey)
  const { snapshot, number, config } = round
  const image = pinnedImage(build.docker_image, build.image_digest)
  await using regeneration = new Regeneration(ports, await subjectOf(round, image, hotkey), context)
  if ((await snapshot.find(files.unseen, number, hotkey)) === undefined) {
    const drawn = await unseenOf(round, hotkey)
    const tasks = drawn.map(({ stem, url, seed }) => ({ prompt: { stem, url }, seed }))
    const made = await regeneration.make(tasks, retryLimits(round), true)
    if (!made.ok) return notDeployed(hotkey, made.detail)
    if (drawn.length > 0) await emit(await recordUnseen(round, hotkey, drawn, made.outputs, regeneration.stats()))
  }
  const refusal = await refusalOnRecord(round, hotkey)
  if (refusal !== undefined) return refusal

  const submitted = await outputsOf(round, hotkey)
  const checked = checkedPrompts(submitted, await voidedIn(snapshot, number))
  const todo = (await missingOf(round, hotkey)).filter(({ stem }) => checked.includes(stem))
  if (todo.length === 0) return verdictOnRecord(round, hotkey)
  const { seed } = await snapshot.read(files.seed, number)
  const { trimCount, mismatches } = limitsOf(config, checked.length)
  const hopeless = Math.max(FEWEST_HOPELESS, 2 * mismatches)
  const limits: RetryLimits = { ...retryLimits(round), trimCount, mismatches: hopeless }
  const tasks = todo.map((prompt) => ({ prompt, seed, against: submitted[prompt.stem] }))
  const made = await regeneration.make(tasks, limits, true)
  if (!made.ok) return notDeployed(hotkey, made.detail)
  for (const [stem, output] of Object.entries(made.outputs))
    await keepReadable(ports, round, { subject: hotkey, kind: 'generated', stem }, output)
  await regeneration.close()
  await emit(await recordGenerated(round, hotkey, made.outputs, regeneration.stats()))
  return verdictOnRecord(round, hotkey)
}

/** Undefined where all of it is on record. */
async function publish({ snapshot, number }: Round, verdicts: readonly GenerationAudit[]): Promise<Change | undefined> {
  const before = (await snapshot.find(files.generationAudits, number)) ?? {}
  const after = { ...before, ...Object.fromEntries(verdicts.map((verdict) => [verdict.hotkey, verdict])) }
  const { serialise } = files.generationAudits
  if (serialise(after) === serialise(before)) return undefined
  return change(`Update generation audits for round ${number}`).put(files.generationAudits, [number], after)
}

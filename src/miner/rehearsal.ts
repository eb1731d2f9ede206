/** The audit of one's own image, on a miner's own machine: by the very code that audits in a round. */
import { change } from '../engine/change.ts'
import type { Context } from '../engine/owner.ts'
import { Snapshot } from '../engine/snapshot.ts'
import { isError, RoundkeeperError } from '../errors.ts'
import { limitsOf } from '../formats/generation-3d/audit-limits.ts'
import { generation3d, type Ports, settingsOf } from '../formats/generation-3d/index.ts'
import { CONTENT_TYPES, emptyOutput, recordModel } from '../formats/generation-3d/preview.ts'
import { tidy } from '../formats/generation-3d/tidy.ts'
import { type AuditLimits, checkedPrompts } from '../rules/audit.ts'
import type { GenerationAudit } from '../state/audits.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import type { Output, Outputs, UnseenOutputs } from '../state/outputs.ts'
import { putContent } from '../store/content.ts'
import type { LocalPrompt } from './judge-prompts.ts'
import { addressOf } from './prompt-pictures.ts'

export interface Rehearsal {
  /** Of the competition; its settings decide. */
  readonly config: Config
  readonly round: number
  readonly prompts: readonly LocalPrompt[]
  /** Where unseen prompts come from; the round's own, with other seeds, when there are no others. */
  readonly pool: readonly string[]
  readonly seed: number
  /** The bytes of one's own models, by stem; undefined for what is not let in. */
  readonly submitted: ReadonlyMap<string, () => Promise<Uint8Array | undefined>>
  /** What is run. What was generated with it is kept under this name. */
  readonly image: string
  /** From 1; with another one everything is generated anew. */
  readonly attempt: number
}

export interface Rehearsed {
  /** As `generation_audits.json` would have it; undefined when nothing could be found out. */
  readonly audit: GenerationAudit | undefined
  readonly submitted: Outputs
  readonly generated: Outputs
  readonly unseen: UnseenOutputs
  readonly limits: AuditLimits
  /** Why nothing could be found out. */
  readonly failure: RoundkeeperError | undefined
}

/** Whoever reads a pod's name in a provider's console. */
const WHO = 'rehearsal'

/** @throws `aborted`; `usage`, `state-file` for settings that nothing can be done with */
export async function rehearse(
  ports: Ports,
  rehearsal: Rehearsal,
  { clock, pool, signal, progress }: Pick<Context, 'clock' | 'pool' | 'signal' | 'progress'>,
): Promise<Rehearsed> {
  const { prompts, seed, image, attempt, round: number } = rehearsal
  // Its pods are never taken for the competition's own.
  const config = { ...rehearsal.config, name: `rehearsal of ${rehearsal.config.name}` }
  const snapshot = new Snapshot({ read: async () => undefined, list: async () => [] }, 'local')
  const state = { current_round: number, stage: 'duels' as const, next_stage_eta: null, attempt }
  const round = { number, state, config, snapshot }
  const format = generation3d(ports)
  const context: Context = { clock, pool, signal, progress, format, chain: noChain }
  const addresses = prompts.map(addressOf)
  const revealed = { repo: 'local/image', commit: '0'.repeat(40), revealed_at_block: 0 }
  const submission = { ...revealed, round: `${config.name}-${number}`, cdn_url: 'local:' }
  const build = { ...revealed, tag: 'local', status: 'success' as const, docker_image: image }
  const submitted = await submittedOf(ports, rehearsal, context)
  snapshot.apply(
    change()
      .put(files.seed, [number], { seed })
      .put(files.pool, [], [...rehearsal.pool, ...(rehearsal.pool.length === 0 ? addresses : [])])
      .put(files.prompts, [number], addresses)
      .put(files.submissions, [number], { [WHO]: submission })
      .put(files.builds, [number], { [WHO]: build })
      .put(files.submitted, [number, WHO], submitted)
      // Which prompts decided its win, nobody knows before the duels.
      .put(files.requireAudit, [number], [{ hotkey: WHO, critical_prompts: [] }]),
  )
  let failure: RoundkeeperError | undefined
  try {
    await tidy(ports, round, context)
    for (const job of await format.jobs(round, context)) {
      for await (const piece of format.work(round, job, context)) snapshot.apply(piece)
    }
  } catch (error) {
    if (signal.aborted || !isError(error) || !error.retryable) throw error
    failure = error
  }
  const audit = (await snapshot.find(files.generationAudits, number))?.[WHO]
  return {
    audit: audit?.outcome === 'pending' ? undefined : audit,
    failure,
    submitted,
    generated: (await snapshot.find(files.generated, number, WHO)) ?? {},
    unseen: (await snapshot.find(files.unseen, number, WHO)) ?? {},
    limits: limitsOf(config, checkedPrompts(submitted).length),
  }
}

/** As the collector records downloads. */
async function submittedOf(
  ports: Ports,
  { prompts, submitted, config }: Rehearsal,
  { pool, signal, progress }: Context,
): Promise<Outputs> {
  const settings = settingsOf(config)
  const outputs: Record<string, Output> = {}
  for (const [done, { stem }] of prompts.entries()) {
    if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped while drawing', { cause: signal.reason })
    progress({ what: 'drawing what you submit', done, total: prompts.length })
    const load = submitted.get(stem)
    const bytes = await load?.()
    if (load === undefined) outputs[stem] = emptyOutput('it is not there')
    else if (bytes === undefined || bytes.length > settings.max_model_bytes)
      outputs[stem] = emptyOutput(`it has more than ${settings.max_model_bytes} bytes`)
    else {
      const { sha256, size } = await putContent(ports.store, bytes, settings.artifact, CONTENT_TYPES[settings.artifact])
      const model = { sha256, size, load: async () => bytes }
      outputs[stem] = await recordModel(ports, settings, model, {}, { pool, signal })
    }
  }
  return outputs
}

const nobody = async (): Promise<never> => {
  throw new RoundkeeperError('internal', 'a rehearsal has no chain')
}
const noChain: Context['chain'] = {
  ...{ network: 'none', head: nobody, block: nobody, reveals: nobody, registrations: nobody, randomness: nobody },
}

/** One attempt at a prompt: what the store keeps of it, and the output that follows from it. */
import type { Context } from '../../engine/owner.ts'
import { type Attempt, bestOf } from '../../rules/retries.ts'
import type { Output } from '../../state/index.ts'
import { requireContent } from '../../store/content.ts'
import { recall, remember } from '../../store/evidence.ts'
import type { again } from './again.ts'
import { measured } from './measured.ts'
import type { Crew } from './pod-crew.ts'
import type { Ports } from './ports.ts'
import { emptyOutput, recordModel } from './preview.ts'
import type { Prompt } from './prompts.ts'
import type { Settings } from './settings.ts'

/** One thing to ask of an image. */
export interface Task {
  readonly prompt: Prompt
  readonly seed: number
  /** What its answer is compared with. */
  readonly against?: Output | undefined
}

export interface Subject extends Pick<Crew, 'image' | 'name' | 'owner'> {
  readonly settings: Settings
  readonly anew: ReturnType<typeof again>
}

export interface KeptAttempt {
  readonly pod?: string
  readonly sha256?: string
  /** To the last byte; in a batch with what was spent in vain before. */
  readonly seconds?: number
  readonly failure?: string
  /** Its share of the time of a batch, seconds. */
  readonly spent?: number
}

export interface Told extends Attempt {
  readonly kept: KeptAttempt
  readonly output: Output
}

type Hands = Pick<Context, 'pool' | 'signal'>

/** Drawn, and measured where there is something to compare it with. @throws `unavailable` when that cannot be done now */
export async function toldOf(
  ports: Ports,
  subject: Subject,
  task: Task,
  kept: KeptAttempt,
  hands: Hands,
): Promise<Told> {
  const output = await made(ports, subject, task, kept, hands)
  const seconds = output.png === null ? undefined : output.generation_time
  return { podId: kept.pod ?? subject.name, seconds, distance: output.distance, kept, output }
}

/** The best of them, with all of them where there are several. */
export function outputOf(attempts: readonly Told[]): Output {
  const best = attempts[bestOf(attempts)] as Told
  const output = { ...best.output, attempts: attempts.length }
  if (attempts.length === 1) return output
  const tries = attempts.map(({ podId, kept: { sha256, seconds, failure }, output: { failure: undrawn } }) => {
    const why = failure ?? undrawn
    return {
      pod_id: podId,
      ...(seconds !== undefined && { generation_time: seconds }),
      ...(sha256 !== undefined && { glb_sha256: sha256 }),
      ...(why !== undefined && { failure: why }),
    }
  })
  return { ...output, tries }
}

async function made(
  ports: Ports,
  subject: Subject,
  { against }: Task,
  { sha256, seconds = 0, failure }: KeptAttempt,
  hands: Hands,
): Promise<Output> {
  if (sha256 === undefined) return emptyOutput(failure ?? 'unknown')
  const { settings, anew } = subject
  const bytes = await requireContent(ports.store, sha256, settings.artifact)
  const model = { sha256, size: bytes.length, load: async () => bytes }
  const output = await recordModel(ports, settings, model, anew, hands)
  return { ...(await compared(ports, subject, output, against, hands)), generation_time: seconds }
}

/** @throws when the distance cannot be measured: an unmeasured output is neither accepted nor refused */
async function compared(
  ports: Ports,
  { anew }: Subject,
  output: Output,
  against: Output | undefined,
  hands: Hands,
): Promise<Output> {
  if (against?.png_sha256 === undefined || output.png_sha256 === undefined) return output
  const { png_sha256: b } = output
  const distance = await distanceOf(ports, anew, against.png_sha256, b, hands)
  return { ...output, distance, measure: ports.distance.id }
}

/** Of two pictures in the store, by their digests; measured once. @throws as `measured` */
export async function distanceOf(
  ports: Pick<Ports, 'store' | 'distance'>,
  anew: ReturnType<typeof again>,
  a: string,
  b: string,
  { pool, signal }: Hands,
): Promise<number> {
  const { store, distance: measure } = ports
  const inputs = { measure: measure.id, a, b, ...anew }
  const make = () => remember(store, 'distance', inputs, async () => ({ distance: await measured(ports, a, b) }))
  const find = () => recall<{ distance: number }>(store, 'distance', inputs)
  return (await pool.gather({ kind: 'distance', input: inputs }, { find, make }, signal)).distance
}

/**
 * A tick that commits nothing: the owners decide as ever, on top of what they decided so far, which nobody else sees.
 * What it leaves behind is the evidence that it gathered on the way.
 */
import { guard } from '../engine/guard.ts'
import { NotGathered } from '../engine/not-gathered.ts'
import type { Context, Owner, Round, Waiting } from '../engine/owner.ts'
import { Snapshot } from '../engine/snapshot.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { ownersOf } from '../rules/transitions.ts'
import { files } from '../state/files.ts'
import type { Stage } from '../state/state.ts'

/** Only here is there evidence to gather; nothing of the next round is decided ahead. */
const STAGES: readonly Stage[] = ['miner_generation', 'downloading', 'duels']

export interface DryTick {
  readonly competition: string
  readonly head: string
  readonly round: number
  /** On record; how far it would have come is nobody's business. */
  readonly stage: Stage
  readonly waiting: Waiting | undefined
  /** Failures of the last pass; what others have to gather is none. */
  readonly errors: readonly unknown[]
}

/** @throws `refused` where the engine would not build on the history either; `state-file` */
export async function dryTick(repo: StateRepo, owners: readonly Owner[], context: Context): Promise<DryTick> {
  const head = await repo.head()
  await guard(repo, head)
  const snapshot = new Snapshot(repo, head)
  const { current_round: number, stage } = await snapshot.read(files.state)
  const config = await snapshot.read(files.config)
  const about = { competition: config.name, head, round: number, stage }
  for (;;) {
    const state = await snapshot.read(files.state)
    const isOver = state.current_round !== number || !STAGES.includes(state.stage)
    const pass = isOver ? NOTHING : await passOf({ number, state, config, snapshot }, owners, context)
    const goesOn = pass.movedOn || (pass.progressed && pass.errors.length === 0)
    if (!goesOn || context.signal.aborted) {
      const errors = pass.errors.filter((error) => !(error instanceof NotGathered))
      return { ...about, waiting: pass.waiting, errors }
    }
  }
}

interface Pass {
  readonly progressed: boolean
  readonly movedOn: boolean
  readonly waiting: Waiting | undefined
  readonly errors: readonly unknown[]
}

const NOTHING: Pass = { progressed: false, movedOn: false, waiting: undefined, errors: [] }

/** Every owner of the stage in its turn, as `advance` lets them. */
async function passOf(round: Round, owners: readonly Owner[], context: Context): Promise<Pass> {
  const { state, snapshot } = round
  const errors: unknown[] = []
  let [progressed, waiting]: [boolean, Waiting | undefined] = [false, undefined]
  for (const name of ownersOf(state.stage)) {
    const owner = owners.find((candidate) => candidate.name === name)
    if (owner === undefined) continue
    const steps = owner.run(round, context)
    try {
      for (;;) {
        const step = await steps.next()
        if (step.done === true) {
          waiting ??= step.value
          break
        }
        snapshot.apply(step.value)
        progressed ||= step.value.files.size > 0
        if ((await snapshot.read(files.state)).stage !== state.stage)
          return { progressed, movedOn: true, waiting, errors: [] }
        if (context.signal.aborted) break
      }
    } catch (error) {
      errors.push(error)
    } finally {
      await steps.return(undefined).catch(() => undefined)
    }
    if (context.signal.aborted) break
  }
  return { progressed, movedOn: false, waiting, errors }
}

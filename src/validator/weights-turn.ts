/**
 * One turn of a validator: plan, and set weights where it is time, only while the competition verifies. Any number of turns,
 * at any time, sets what an epoch needs once.
 */
import { RoundkeeperError } from '../errors.ts'
import type { Keypair } from '../wallet/keypair.ts'
import { type PlanRequest, planWeights, type WeightsPlan } from './plan-weights.ts'
import { type Submission, submitWeights } from './submit-weights.ts'
import type { ValidatorChain } from './validator-chain.ts'
import type { WeightsRecord } from './weights-record.ts'

/** What an audit of the whole history found. */
export interface Audited {
  /** The newest commit that was looked at. */
  readonly head: string
  /** How many rules were broken; only findings of severity `error` count. */
  readonly errors: number
  /** The first of them, in words; null where there are none. */
  readonly first: string | null
}

export interface TurnOptions extends Omit<PlanRequest, 'hotkey' | 'chain' | 'recordOf'> {
  readonly chain: ValidatorChain
  readonly hotkey: Keypair
  readonly recordOf: (netuid: number) => WeightsRecord
  /** Looks at the history up to a head or a newer one; absent, the competition is believed. */
  readonly audit?: ((head: string) => Promise<Audited>) | undefined
  /** Everything but the transaction. */
  readonly dryRun?: boolean
  /** Told before weights are sent, which takes until they are final. */
  readonly onSending?: (plan: WeightsPlan) => void
}

export interface Turn {
  readonly kind: 'set' | 'would-set' | 'done' | 'hold' | 'wait' | 'blocked' | 'unverified'
  /** A sentence for whoever runs the validator, without a final dot. */
  readonly reason: string
  readonly plan: WeightsPlan
  /** The first block in which there may be something else to do; undefined where that cannot be known. */
  readonly nextBlock: number | undefined
  /** Undefined where nothing was to be set, or the competition was believed. */
  readonly audited: Audited | undefined
  readonly submission: Submission | undefined
}

/** How often the competition may move on while it is looked at, within one turn. */
const MAX_AUDITS = 3

/** @throws what planning, auditing and submitting throw */
export async function weightsTurn({ audit, dryRun = false, onSending, ...options }: TurnOptions): Promise<Turn> {
  const { chain, hotkey, recordOf } = options
  let audited: Audited | undefined
  for (let audits = 0; ; audits++) {
    const plan = await planWeights({ ...options, hotkey: hotkey.address })
    const { step } = plan
    const rest = { plan, audited, nextBlock: plan.nextChange, submission: undefined }
    if (step === undefined) throw new RoundkeeperError('internal', 'a plan for a hotkey without a step')
    if (step.kind !== 'submit') return { ...rest, ...step }
    if (audit !== undefined && audited?.head !== plan.head) {
      if (audits === MAX_AUDITS) {
        const reason = 'the competition moves on faster than it can be looked at: weights wait for that'
        return { ...rest, kind: 'wait', reason, nextBlock: plan.block.number + 1 }
      }
      audited = await audit(plan.head)
      continue // the block has moved on meanwhile
    }
    if (audited !== undefined && audited.errors > 0) return { ...rest, kind: 'unverified', reason: brokenBy(audited) }
    if (dryRun) return { ...rest, kind: 'would-set', reason: step.reason }
    onSending?.(plan)
    const submission = await submitWeights(plan, step.weights, { chain, hotkey, record: recordOf(plan.netuid) })
    return { ...rest, kind: 'set', reason: step.reason, submission }
  }
}

const brokenBy = ({ errors, first }: Audited) =>
  `the competition does not verify, ${errors} ${errors === 1 ? 'rule is' : 'rules are'} broken${first === null ? '' : `: ${first}`}`

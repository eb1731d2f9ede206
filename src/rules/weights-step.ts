/**
 * What a validator does now with what it would set: once in every epoch, again when the record leads to something else,
 * and never more often than the chain takes it. The same answer, however often and from wherever it is asked.
 */
import { type Weights, type WeightsDecision, weightsAllowedFrom } from './weights.ts'

/** The validator's weights and the subnet's clock, as of one block. */
export interface WeightsStanding {
  readonly block: number
  /** First block of the epoch that runs, and of the next; there is none in a subnet without epochs. */
  readonly epochStart: number
  readonly nextEpoch: number | undefined
  /** Block in which the crown changes next. */
  readonly nextSwitch: number | undefined
  /** Block of the validator's last weights or commit; 0 for never. */
  readonly lastUpdate: number
  /** `WeightsSetRateLimit`, blocks. */
  readonly rateLimit: number
  /** What was set or committed then; undefined where nobody can tell, as of a commit that another program made. */
  readonly last: Weights | undefined
}

/** `nextBlock` is the first in which there may be something else to do, as far as that can be known now. */
export type WeightsStep =
  | { readonly kind: 'submit'; readonly weights: Weights; readonly reason: string }
  | {
      readonly kind: 'done' | 'hold' | 'wait' | 'blocked'
      readonly nextBlock: number | undefined
      readonly reason: string
    }

/** @param objections why the chain would not take it at all; see `objectionsTo` */
export function nextWeightsStep(
  decision: WeightsDecision,
  objections: readonly string[],
  standing: WeightsStanding,
): WeightsStep {
  const { block, epochStart, lastUpdate, rateLimit, last } = standing
  const change = earliest(standing.nextEpoch, standing.nextSwitch)
  if (decision.kind === 'wait') return { kind: 'wait', nextBlock: decision.untilBlock, reason: decision.reason }
  if (decision.kind === 'hold') return { kind: 'hold', nextBlock: change, reason: decision.reason }

  const isOfThisEpoch = lastUpdate > 0 && lastUpdate >= epochStart
  if (isOfThisEpoch && (last === undefined || isSame(last, decision.weights))) {
    const known =
      last === undefined ? 'by another program, and nobody can read them yet' : 'and they are what they should be'
    const reason = `weights were set in block ${lastUpdate}, in the epoch that began with block ${epochStart}, ${known}`
    return { kind: 'done', nextBlock: change, reason }
  }
  if (objections.length > 0) return { kind: 'blocked', nextBlock: change, reason: objections.join('; ') }
  const allowedFrom = weightsAllowedFrom(lastUpdate, rateLimit)
  if (block < allowedFrom) {
    const reason = `the chain takes weights every ${rateLimit} blocks, the last were of block ${lastUpdate}: the next from block ${allowedFrom} on`
    return { kind: 'wait', nextBlock: allowedFrom, reason }
  }
  return { kind: 'submit', weights: decision.weights, reason: decision.reason }
}

export const isSame = (a: Weights, b: Weights): boolean =>
  a.uids.length === b.uids.length && a.uids.every((uid, at) => uid === b.uids[at] && a.values[at] === b.values[at])

/** Of those that there are. */
export function earliest(...blocks: readonly (number | undefined)[]): number | undefined {
  const known = blocks.filter((block) => block !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

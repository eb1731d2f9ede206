/** When a subnet's epochs run, as the runtime's scheduler decides from block to block, and when it reveals timelocked weights. */

/** As read from the chain at one block (`Tempo`, `LastEpochBlock`, `PendingEpochAt`, `BlocksSinceLastStep`). */
export interface EpochSchedule {
  readonly tempo: number
  readonly lastEpochBlock: number
  /** An epoch that the subnet's owner called for; 0 for none. */
  readonly pendingEpochAt: number
  readonly blocksSinceLastStep: number
}

/** When this many blocks have passed without an epoch, more than a week of them, one runs whatever the tempo says. */
const LONGEST_EPOCH_BLOCKS = 50_401
/** The round falls so many blocks into the epoch that reveals, so that no early block is missed. */
const BLOCKS_INTO_EPOCH = 3

/**
 * The first block after `head` that begins an epoch; undefined for a subnet without epochs.
 * @param head the block that the schedule was read at
 */
export function nextEpochBlock(schedule: EpochSchedule, head: number): number | undefined {
  const { tempo, lastEpochBlock, pendingEpochAt, blocksSinceLastStep } = schedule
  if (tempo === 0) return undefined
  const overdue = head + LONGEST_EPOCH_BLOCKS - blocksSinceLastStep
  const called = pendingEpochAt === 0 ? Number.POSITIVE_INFINITY : pendingEpochAt
  return Math.max(head + 1, Math.min(lastEpochBlock + tempo, overdue, called))
}

/**
 * The block that begins the epoch in which the chain reveals weights that are committed in the block after `head`. Those
 * whose pulse comes only in a later epoch are dropped.
 * @param periodEpochs `RevealPeriodEpochs`
 */
export function weightsRevealBlock(schedule: EpochSchedule, head: number, periodEpochs: number): number | undefined {
  const next = nextEpochBlock(schedule, head)
  if (next === undefined) return undefined
  const regular = Math.min(schedule.tempo, LONGEST_EPOCH_BLOCKS)
  // The commit belongs to an epoch that runs in its own block.
  const epochsAway = Math.max(1, periodEpochs) - (next === head + 1 ? 0 : 1)
  return next + epochsAway * regular
}

/** Blocks from `head` until the pulse of timelocked weights must be public: `revealRoundFor` makes a round of it. */
export function blocksUntilWeightsReveal(
  schedule: EpochSchedule,
  head: number,
  periodEpochs: number,
): number | undefined {
  const block = weightsRevealBlock(schedule, head, periodEpochs)
  return block === undefined ? undefined : block + BLOCKS_INTO_EPOCH - head
}

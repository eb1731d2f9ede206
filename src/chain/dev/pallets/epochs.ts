/** When the epochs of subnets begin. What an epoch pays out is no part of a dev chain. */
import { type EpochSchedule, nextEpochBlock } from '../../epochs.ts'
import type { Context } from '../runtime/context.ts'
import type { State } from '../runtime/state.ts'

/** As of the end of a block; undefined for a subnet that does not exist. */
export function scheduleOf(state: State, netuid: number, block: number): EpochSchedule {
  const lastEpochBlock = state.number('SubtensorModule.LastEpochBlock', netuid)
  return {
    tempo: state.number('SubtensorModule.Tempo', netuid),
    lastEpochBlock,
    pendingEpochAt: state.number('SubtensorModule.PendingEpochAt', netuid),
    blocksSinceLastStep: Math.max(0, block - lastEpochBlock),
  }
}

export const netuidsOf = (state: State): number[] =>
  state.partsUnder('SubtensorModule.NetworksAdded').map(([netuid]) => Number(netuid))

/** What every block does first. */
export function beginEpochs({ state, block }: Context): void {
  for (const netuid of netuidsOf(state)) {
    if (nextEpochBlock(scheduleOf(state, netuid, block - 1), block - 1) !== block) continue
    state.set('SubtensorModule.LastEpochBlock', [netuid], block)
    state.set('SubtensorModule.PendingEpochAt', [netuid], 0)
    state.set(
      'SubtensorModule.SubnetEpochIndex',
      [netuid],
      state.number('SubtensorModule.SubnetEpochIndex', netuid) + 1,
    )
  }
}

/** The next block that begins an epoch of some subnet. */
export function nextEpoch({ state, block }: Context): number | undefined {
  const blocks = netuidsOf(state).flatMap((netuid) => nextEpochBlock(scheduleOf(state, netuid, block), block) ?? [])
  return blocks.length === 0 ? undefined : Math.min(...blocks)
}

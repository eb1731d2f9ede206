/** What validators pay by: `weights` of config.json, in which every field may be missing. */
import type { Config } from '../state/config.ts'
import type { WeightSettings } from './weights.ts'

/** Rises whenever the same record leads to other weights: a subnet that demands it locks older validators out. */
export const WEIGHTS_VERSION = 1
/** 25 minutes of 12 s blocks, as long as the original waited. */
export const DEFAULT_WAIT_BLOCKS = 125

/** Without a word in the configuration, nobody's share goes to somebody else: weights are held. */
export function weightSettingsOf({ weights = {} }: Pick<Config, 'weights'>): WeightSettings {
  const { remainder_to = 'owner', leaderless = 'hold', deregistered = 'hold' } = weights
  return {
    remainderTo: remainder_to === 'owner' ? 'owner' : { hotkey: remainder_to },
    leaderless,
    deregistered,
    waitForSwitchBlocks: Math.max(0, weights.wait_for_switch_blocks ?? DEFAULT_WAIT_BLOCKS),
  }
}

/** What is sent along with weights as their version. */
export const versionKeyOf = ({ weights }: Pick<Config, 'weights'>): bigint =>
  BigInt(Math.max(0, weights?.version_key ?? WEIGHTS_VERSION))

/** What the pallet stores. `perMechanism` and `netuid` are the same type; the former adds 4096 for each mechanism. */
import { blake2, identity, optional, type StorageItem, stored, twox64 } from '../../pallet.ts'
import { accountId, balance, hash, netuid } from '../../substrate-types.ts'
import { bool, boundedVec, bytes, i64, sequence, tuple, u8, u16, u64, u128 } from '../../types.ts'
import { axonInfo, chainIdentity, fixedU128, lockState, prometheusInfo, safeFloat, subnetIdentity } from './types.ts'

const perSubnet = [identity(netuid)]
const perMechanism = [identity(netuid)]
const perUid = [identity(netuid), identity(u16)]
const perHotkey = [blake2(accountId)]
const perColdkey = [blake2(accountId)]
const hotkeyOnSubnet = [blake2(accountId), identity(netuid)]
const subnetAndHotkey = [identity(netuid), blake2(accountId)]
const block = u64

const subnets: readonly StorageItem[] = [
  stored('NetworksAdded', perSubnet, bool),
  stored('TotalNetworks', [], u16),
  stored('NetworkRegisteredAt', perSubnet, block),
  stored('NetworkRegistrationAllowed', perSubnet, bool, true),
  optional('FirstEmissionBlockNumber', perSubnet, block),
  stored('SubnetOwner', perSubnet, accountId),
  stored('SubnetOwnerHotkey', perSubnet, accountId),
  stored('SubnetworkN', perSubnet, u16),
  stored('SubnetMechanism', perSubnet, u16),
  stored('SubtokenEnabled', perSubnet, bool),
  stored('TransferToggle', perSubnet, bool, true),
  // 𝜏
  stored('TokenSymbol', perSubnet, bytes, '\u{1d70f}'),
  stored('MechanismCountCurrent', [twox64(netuid)], u8, 1),
  optional('SubnetIdentitiesV3', [blake2(netuid)], subnetIdentity),
]

const hyperparameters: readonly StorageItem[] = [
  stored('Rho', perSubnet, u16, 10),
  stored('Kappa', perSubnet, u16, 32_767),
  stored('MinAllowedUids', perSubnet, u16, 64),
  stored('MaxAllowedUids', perSubnet, u16, 256),
  stored('ImmunityPeriod', perSubnet, u16, 4096),
  stored('ActivityCutoff', perSubnet, u16, 5000),
  stored('MinAllowedWeights', perSubnet, u16, 1024),
  stored('MaxWeightsLimit', perSubnet, u16, 65_535),
  stored('WeightsVersionKey', perSubnet, u64),
  stored('WeightsSetRateLimit', perSubnet, u64, 100),
  stored('MaxAllowedValidators', perSubnet, u16, 128),
  stored('ServingRateLimit', perSubnet, u64, 50),
  stored('BondsMovingAverage', perSubnet, u64, 900_000),
  stored('Difficulty', perSubnet, u64, 10_000_000),
  stored('MinDifficulty', perSubnet, u64, 10_000_000),
  stored('MaxDifficulty', perSubnet, u64, 2n ** 62n - 1n),
  stored('AdjustmentInterval', perSubnet, u16, 100),
  stored('AdjustmentAlpha', perSubnet, u64),
  stored('LiquidAlphaOn', [blake2(netuid)], bool),
  // Low and high.
  stored('AlphaValues', perSubnet, tuple(u16, u16), [45_875, 58_982]),
  stored('CommitRevealWeightsEnabled', perSubnet, bool, true),
  stored('CommitRevealWeightsVersion', [], u16, 4),
  stored('RevealPeriodEpochs', [twox64(netuid)], u64, 1),
  stored('StakeThreshold', [], balance),
  // How much stake in TAO counts, as a part of 2⁶⁴.
  stored('TaoWeight', [], u64, 971_718_665_099_567_868n),
  stored('AdminFreezeWindow', [], u16, 10),
  stored('TxRateLimit', [], u64, 1000),
]

const registrations: readonly StorageItem[] = [
  stored('Burn', perSubnet, balance, 100_000_000),
  stored('MinBurn', perSubnet, balance, 500_000),
  stored('MaxBurn', perSubnet, balance, 100_000_000_000),
  stored('BurnHalfLife', perSubnet, u16, 360),
  stored('BurnIncreaseMult', perSubnet, fixedU128, { bits: 23_242_897_532_874_035_200n }),
  stored('RAORecycledForRegistration', perSubnet, balance),
  stored('MaxRegistrationsPerBlock', perSubnet, u16, 1),
  stored('TargetRegistrationsPerInterval', perSubnet, u16, 2),
  stored('RegistrationsThisBlock', perSubnet, u16),
  stored('RegistrationsThisInterval', perSubnet, u16),
]

const epochs: readonly StorageItem[] = [
  stored('Tempo', perSubnet, u16, 360),
  stored('LastEpochBlock', perSubnet, block),
  stored('PendingEpochAt', perSubnet, block),
  stored('SubnetEpochIndex', perSubnet, u64),
  stored('BlocksSinceLastStep', perSubnet, u64),
  // Spelt as the runtime spells it.
  stored('LastMechansimStepBlock', perSubnet, block),
]

const neurons: readonly StorageItem[] = [
  optional('Uids', subnetAndHotkey, u16),
  stored('Keys', perUid, accountId),
  stored('IsNetworkMember', hotkeyOnSubnet, bool),
  stored('Owner', perHotkey, accountId),
  stored('OwnedHotkeys', perColdkey, sequence(accountId)),
  stored('BlockAtRegistration', perUid, block),
  stored('Active', perSubnet, sequence(bool)),
  stored('ValidatorPermit', perSubnet, sequence(bool)),
  stored('ValidatorTrust', perSubnet, sequence(u16)),
  stored('Consensus', perSubnet, sequence(u16)),
  stored('Incentive', perMechanism, sequence(u16)),
  stored('Dividends', perSubnet, sequence(u16)),
  stored('Emission', perSubnet, sequence(balance)),
  stored('LastUpdate', perMechanism, sequence(block)),
  stored('StakeWeight', perSubnet, sequence(u16)),
  optional('Axons', subnetAndHotkey, axonInfo),
  optional('Prometheus', subnetAndHotkey, prometheusInfo),
  optional('IdentitiesV2', perColdkey, chainIdentity),
]

const commit = boundedVec(u8)
const weights: readonly StorageItem[] = [
  stored('Weights', [identity(netuid), identity(u16)], sequence(tuple(u16, u16))),
  stored('Bonds', [identity(netuid), identity(u16)], sequence(tuple(u16, u16))),
  // Hash, block, and the first and last block in which it may be revealed.
  optional('WeightCommits', [twox64(netuid), twox64(accountId)], sequence(tuple(hash, block, block, block))),
  // By epoch: account, block, ciphertext, round.
  stored('TimelockedWeightCommits', [twox64(netuid), twox64(u64)], sequence(tuple(accountId, block, commit, u64))),
]

const stake: readonly StorageItem[] = [
  stored('TotalIssuance', [], balance),
  stored('TotalStake', [], balance),
  stored('TotalHotkeyAlpha', hotkeyOnSubnet, balance),
  stored('TotalHotkeyShares', hotkeyOnSubnet, fixedU128),
  stored('TotalHotkeySharesV2', hotkeyOnSubnet, safeFloat),
  stored('Alpha', [blake2(accountId), ...hotkeyOnSubnet], fixedU128),
  stored('AlphaV2', [blake2(accountId), ...hotkeyOnSubnet], safeFloat),
  stored('StakingHotkeys', perColdkey, sequence(accountId)),
  stored('Delegates', perHotkey, u16, 11_796),
  stored('SubnetTAO', perSubnet, balance),
  stored('SubnetAlphaIn', perSubnet, balance),
  stored('SubnetAlphaOut', perSubnet, balance),
  stored('SubnetVolume', perSubnet, u128),
  stored('SubnetTaoFlow', perSubnet, i64),
  // Coldkey, subnet, hotkey.
  optional('Lock', [...perColdkey, ...perSubnet, ...perHotkey], lockState),
]

export const storage = [...subnets, ...hyperparameters, ...registrations, ...epochs, ...neurons, ...weights, ...stake]

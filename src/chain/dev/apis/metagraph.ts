/** A subnet's neurons in one answer, as the runtime's APIs give them. */
import type { AnyJson } from '@polkadot/types/types'
import type { Name } from '../runtime/runtime.ts'
import type { State } from '../runtime/state.ts'
import type { ApiScene } from './call-api.ts'

const NO_AXON = { block: 0, version: 0, ip: 0, port: 0, ipType: 0, protocol: 0, placeholder1: 0, placeholder2: 0 }
const NO_PROMETHEUS = { block: 0, version: 0, ip: 0, port: 0, ipType: 0 }

/** `NeuronInfoLite` of each uid. What an epoch would reckon is nothing on a dev chain. */
export function neuronsLite(state: State, netuid: number): unknown[] {
  return seats(state, netuid).map(({ uid, hotkey, coldkey }) => ({
    hotkey,
    coldkey,
    uid,
    netuid,
    active: at(state, 'SubtensorModule.Active', netuid, uid, true),
    axonInfo: state.json('SubtensorModule.Axons', netuid, hotkey) ?? NO_AXON,
    prometheusInfo: state.json('SubtensorModule.Prometheus', netuid, hotkey) ?? NO_PROMETHEUS,
    stake: [[coldkey, state.big('SubtensorModule.TotalHotkeyAlpha', hotkey, netuid)]],
    rank: 0,
    emission: at(state, 'SubtensorModule.Emission', netuid, uid, 0),
    incentive: at(state, 'SubtensorModule.Incentive', netuid, uid, 0),
    consensus: at(state, 'SubtensorModule.Consensus', netuid, uid, 0),
    trust: 0,
    validatorTrust: at(state, 'SubtensorModule.ValidatorTrust', netuid, uid, 0),
    dividends: at(state, 'SubtensorModule.Dividends', netuid, uid, 0),
    lastUpdate: at(state, 'SubtensorModule.LastUpdate', netuid, uid, 0),
    validatorPermit: at(state, 'SubtensorModule.ValidatorPermit', netuid, uid, false),
    pruningScore: 0,
  }))
}

/** `SelectiveMetagraph`: of what was asked for, that which a dev chain has; the others stay `None`. */
export function selectiveMetagraph({ state, block }: ApiScene, netuid: number, indices: readonly number[]): unknown {
  const wanted = new Set(indices)
  const list = (name: Name) => () => state.list(name, netuid)
  const number = (name: Name) => () => state.json(name, netuid)
  const each =
    <T>(of: (seat: Seat) => T) =>
    () =>
      seats(state, netuid).map(of)
  const alpha = each(({ hotkey }) => state.big('SubtensorModule.TotalHotkeyAlpha', hotkey, netuid))

  const fields: readonly (readonly [index: number, name: string, value: () => unknown])[] = [
    [5, 'ownerHotkey', number('SubtensorModule.SubnetOwnerHotkey')],
    [6, 'ownerColdkey', number('SubtensorModule.SubnetOwner')],
    [7, 'block', () => block],
    [8, 'tempo', number('SubtensorModule.Tempo')],
    [9, 'lastStep', number('SubtensorModule.LastEpochBlock')],
    [10, 'blocksSinceLastStep', () => Math.max(0, block - state.number('SubtensorModule.LastEpochBlock', netuid))],
    [24, 'minAllowedWeights', number('SubtensorModule.MinAllowedWeights')],
    [25, 'maxWeightsLimit', number('SubtensorModule.MaxWeightsLimit')],
    [26, 'weightsVersion', number('SubtensorModule.WeightsVersionKey')],
    [27, 'weightsRateLimit', number('SubtensorModule.WeightsSetRateLimit')],
    [29, 'maxValidators', number('SubtensorModule.MaxAllowedValidators')],
    [30, 'numUids', number('SubtensorModule.SubnetworkN')],
    [31, 'maxUids', number('SubtensorModule.MaxAllowedUids')],
    [32, 'burn', number('SubtensorModule.Burn')],
    [36, 'immunityPeriod', number('SubtensorModule.ImmunityPeriod')],
    [46, 'commitRevealWeightsEnabled', number('SubtensorModule.CommitRevealWeightsEnabled')],
    [47, 'commitRevealPeriod', number('SubtensorModule.RevealPeriodEpochs')],
    [52, 'hotkeys', each(({ hotkey }) => hotkey)],
    [53, 'coldkeys', each(({ coldkey }) => coldkey)],
    [55, 'axons', each(({ hotkey }) => state.json('SubtensorModule.Axons', netuid, hotkey) ?? NO_AXON)],
    [56, 'active', list('SubtensorModule.Active')],
    [57, 'validatorPermit', list('SubtensorModule.ValidatorPermit')],
    [59, 'lastUpdate', list('SubtensorModule.LastUpdate')],
    [60, 'emission', list('SubtensorModule.Emission')],
    [61, 'dividends', list('SubtensorModule.Dividends')],
    [62, 'incentives', list('SubtensorModule.Incentive')],
    [63, 'consensus', list('SubtensorModule.Consensus')],
    [66, 'blockAtRegistration', each(({ uid }) => state.number('SubtensorModule.BlockAtRegistration', netuid, uid))],
    [67, 'alphaStake', alpha],
    [68, 'taoStake', each(() => 0)],
    [69, 'totalStake', alpha],
  ]
  const asked = fields.filter(([index]) => wanted.has(index)).map(([, name, value]) => [name, value()])
  return { netuid, ...Object.fromEntries(asked) }
}

/** `SubnetHyperparams` */
export function subnetHyperparams(state: State, netuid: number): unknown {
  const of = (item: string) => state.json(`SubtensorModule.${item}`, netuid)
  const [alphaLow = 0, alphaHigh = 0] = state.list<number>('SubtensorModule.AlphaValues', netuid)
  return {
    rho: of('Rho'),
    kappa: of('Kappa'),
    immunityPeriod: of('ImmunityPeriod'),
    minAllowedWeights: of('MinAllowedWeights'),
    maxWeightsLimit: of('MaxWeightsLimit'),
    tempo: of('Tempo'),
    minDifficulty: of('MinDifficulty'),
    maxDifficulty: of('MaxDifficulty'),
    weightsVersion: of('WeightsVersionKey'),
    weightsRateLimit: of('WeightsSetRateLimit'),
    adjustmentInterval: of('AdjustmentInterval'),
    activityCutoff: of('ActivityCutoff'),
    registrationAllowed: of('NetworkRegistrationAllowed'),
    targetRegsPerInterval: of('TargetRegistrationsPerInterval'),
    minBurn: of('MinBurn'),
    maxBurn: of('MaxBurn'),
    bondsMovingAvg: of('BondsMovingAverage'),
    maxRegsPerBlock: of('MaxRegistrationsPerBlock'),
    servingRateLimit: of('ServingRateLimit'),
    maxValidators: of('MaxAllowedValidators'),
    adjustmentAlpha: of('AdjustmentAlpha'),
    difficulty: of('Difficulty'),
    commitRevealPeriod: of('RevealPeriodEpochs'),
    commitRevealWeightsEnabled: of('CommitRevealWeightsEnabled'),
    alphaHigh,
    alphaLow,
    liquidAlphaEnabled: of('LiquidAlphaOn'),
  }
}

interface Seat {
  readonly uid: number
  readonly hotkey: string
  readonly coldkey: string
}

function seats(state: State, netuid: number): Seat[] {
  return Array.from({ length: state.number('SubtensorModule.SubnetworkN', netuid) }, (_, uid) => {
    const hotkey = state.account('SubtensorModule.Keys', netuid, uid)
    return { uid, hotkey, coldkey: state.account('SubtensorModule.Owner', hotkey) }
  })
}

const at = (state: State, name: Name, netuid: number, uid: number, otherwise: AnyJson): AnyJson =>
  state.list(name, netuid)[uid] ?? otherwise

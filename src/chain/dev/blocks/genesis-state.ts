/** The state of the genesis block: everything that a dev chain begins with, as its runtime stores it. */

import { beaconSecondsOf, type DevGenesis, type DevSubnet, tempoOf } from '../genesis.ts'
import { setFree } from '../pallets/accounts.ts'
import { seatFirst } from '../pallets/neurons.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { type Changes, State } from '../runtime/state.ts'
import type { DevBeacon } from './beacon.ts'
import { textHash } from './block.ts'

const SCHEME = 'bls-unchained-g1-rfc9380'
const NOTHING = { read: () => undefined, keys: () => [] }

export function genesisState(runtime: Runtime, genesis: DevGenesis, beacon: DevBeacon): Changes {
  const state = new State(runtime, NOTHING)
  for (const { address, rao } of genesis.accounts) setFree(state, address, rao)
  state.set('Sudo.Key', [], genesis.sudo)
  state.set('SubtensorModule.TotalNetworks', [], genesis.subnets.length)
  state.set('SubtensorModule.StakeThreshold', [], genesis.stakeThreshold)
  state.set('Drand.BeaconConfig', [], beaconConfig(genesis, beacon))
  for (const subnet of genesis.subnets) found(state, genesis, subnet)
  return state.changes
}

function beaconConfig(genesis: DevGenesis, beacon: DevBeacon) {
  const hash = textHash(`roundkeeper beacon\n${genesis.seed}`)
  return {
    publicKey: `0x${beacon.publicKey}`,
    period: beaconSecondsOf(genesis),
    genesisTime: beacon.genesisMs / 1000,
    hash,
    groupHash: hash,
    schemeId: hexOf(SCHEME),
    metadata: { beaconId: hexOf(genesis.network) },
  }
}

function found(state: State, genesis: DevGenesis, subnet: DevSubnet): void {
  const { netuid, neurons, owner } = subnet
  const put = (item: string, value: unknown) => state.set(`SubtensorModule.${item}`, [netuid], value)
  put('NetworksAdded', true)
  put('NetworkRegisteredAt', 0)
  put('NetworkRegistrationAllowed', true)
  put('SubtokenEnabled', true)
  put('SubnetOwner', owner)
  put('SubnetOwnerHotkey', subnet.ownerHotkey ?? neurons[0]?.hotkey ?? owner)
  put('Tempo', tempoOf(genesis, subnet))
  put('LastEpochBlock', genesis.firstBlock)
  put('SubnetEpochIndex', 0)
  put('WeightsSetRateLimit', subnet.weightsRateLimit)
  put('WeightsVersionKey', subnet.weightsVersionKey)
  put('MinAllowedWeights', subnet.minAllowedWeights)
  put('MaxWeightsLimit', subnet.maxWeightsLimit)
  put('CommitRevealWeightsEnabled', subnet.commitRevealWeights)
  put('RevealPeriodEpochs', subnet.revealPeriodEpochs)
  put('MaxAllowedUids', subnet.maxUids)
  put('MaxAllowedValidators', subnet.maxValidators)
  put('ImmunityPeriod', subnet.immunityBlocks)
  put('Burn', subnet.burn)
  seatFirst(state, netuid, neurons)
  for (const { hotkey, stake } of neurons) {
    if (stake > 0n) state.set('SubtensorModule.TotalHotkeyAlpha', [hotkey, netuid], stake)
  }
}

const hexOf = (text: string) => `0x${Buffer.from(text).toString('hex')}`

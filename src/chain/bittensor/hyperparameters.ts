/** The settings of a subnet that decide when and how its weights are set. */
import { RoundkeeperError } from '../../errors.ts'
import type { EpochSchedule } from '../epochs.ts'
import type { Hyperparameters } from '../subnets.ts'
import { TIMELOCKED_WEIGHTS_VERSION } from '../weights-payload.ts'
import type { StateAt } from './state-at.ts'
import { bigOf, flagOf, numberOf } from './values.ts'

const OF_SUBNET = [
  'networksAdded',
  'tempo',
  'lastEpochBlock',
  'pendingEpochAt',
  'blocksSinceLastStep',
  'weightsSetRateLimit',
  'weightsVersionKey',
  'minAllowedWeights',
  'maxWeightsLimit',
  'commitRevealWeightsEnabled',
  'revealPeriodEpochs',
  'maxAllowedUids',
  'immunityPeriod',
  'burn',
] as const
const OF_CHAIN = ['commitRevealWeightsVersion', 'stakeThreshold'] as const
type Name = (typeof OF_SUBNET)[number] | (typeof OF_CHAIN)[number]

/** @throws `not-found` for a subnet that does not exist */
export async function readHyperparameters(state: StateAt, netuid: number, block: number): Promise<Hyperparameters> {
  const names: readonly Name[] = [...OF_SUBNET, ...OF_CHAIN]
  const values = await state.values([
    ...OF_SUBNET.map((name) => [`subtensorModule.${name}`, netuid] as const),
    ...OF_CHAIN.map((name) => [`subtensorModule.${name}`] as const),
  ])
  const found = new Map(names.map((name, index) => [name, values[index]]))
  const number = (name: Name) => numberOf(found.get(name))
  if (!flagOf(found.get('networksAdded'))) {
    throw new RoundkeeperError('not-found', `there is no subnet ${netuid}`, {
      where: `block ${block}`,
      hint: 'See that the netuid is right, and that it is the network that you mean.',
    })
  }
  const blocksSinceLastStep = number('blocksSinceLastStep')
  const pendingEpochAt = number('pendingEpochAt')
  const tempo = number('tempo')
  return {
    block,
    epochs: state.knows('subtensorModule.lastEpochBlock')
      ? { tempo, lastEpochBlock: number('lastEpochBlock'), pendingEpochAt, blocksSinceLastStep }
      : ofOlderRuntime(tempo, block, blocksSinceLastStep),
    weightsRateLimit: number('weightsSetRateLimit'),
    weightsVersionKey: bigOf(found.get('weightsVersionKey')),
    minAllowedWeights: number('minAllowedWeights'),
    maxWeightsLimit: number('maxWeightsLimit'),
    commitRevealWeights: flagOf(found.get('commitRevealWeightsEnabled')),
    commitRevealVersion: number('commitRevealWeightsVersion') || TIMELOCKED_WEIGHTS_VERSION,
    revealPeriodEpochs: number('revealPeriodEpochs'),
    stakeThreshold: bigOf(found.get('stakeThreshold')),
    maxUids: number('maxAllowedUids'),
    immunityBlocks: number('immunityPeriod'),
    burn: bigOf(found.get('burn')),
  }
}

/** Older runtimes count no block of the last epoch, and a block more from one to the next. */
const ofOlderRuntime = (tempo: number, block: number, blocksSinceLastStep: number): EpochSchedule => ({
  tempo: tempo === 0 ? 0 : tempo + 1,
  lastEpochBlock: block - blocksSinceLastStep,
  pendingEpochAt: 0,
  blocksSinceLastStep,
})

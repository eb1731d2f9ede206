/** Weights that are committed under a timelock, and revealed by the chain itself (pallet `SubtensorModule`, version 4). */
import { blake2b } from '@noble/hashes/blake2.js'
import { decrypt } from '../../timelock/timelock.ts'
import { decodeTimelockedWeights } from '../../weights-payload.ts'
import { type Context, DispatchFailure, ensure, type Handler, signerOf } from '../runtime/context.ts'
import { utilCrypto } from '../runtime/libraries.ts'
import type { State } from '../runtime/state.ts'
import { indexOf, isLongEnoughAgo, mechanismExists, storeWeights, subnetOf, touch } from './weights.ts'

/** Of one hotkey in one epoch. */
const MAX_UNREVEALED = 10

/** As stored: the ciphertext is hex. */
type Commit = readonly [who: string, block: number, ciphertext: string, round: number | string]

const failure = (name: string) => `SubtensorModule.${name}`

export const commitTimelockedWeights: Handler = (context, args, origin) => {
  const { state, block, beacon, timeMs } = context
  const who = signerOf(origin)
  const netuid = args.number('netuid')
  const mechanism = args.names.includes('mecid') ? args.number('mecid') : 0
  const [commit, round] = [args.bytes('commit'), args.big('reveal_round')]
  ensure(mechanismExists(state, netuid, mechanism), failure('MechanismDoesNotExist'))
  ensure(state.flag('SubtensorModule.CommitRevealWeightsEnabled', netuid), failure('CommitRevealDisabled'))
  const version = state.number('SubtensorModule.CommitRevealWeightsVersion')
  ensure(args.number('commit_reveal_version') === version, failure('IncorrectCommitRevealVersion'))
  ensure(state.has('SubtensorModule.Uids', netuid, who), failure('HotKeyNotRegisteredInSubNet'))
  const uid = state.number('SubtensorModule.Uids', netuid, who)
  const index = indexOf(netuid, mechanism)
  ensure(isLongEnoughAgo(state, index, netuid, uid, block), failure('CommittingWeightsTooFast'))
  ensure(round >= BigInt(beacon.roundAt(timeMs)), failure('InvalidRevealRound'))
  const epoch = state.number('SubtensorModule.SubnetEpochIndex', netuid)
  const commits = commitsOf(state, index, epoch)
  ensure(commits.filter(([each]) => each === who).length < MAX_UNREVEALED, failure('TooManyUnrevealedCommits'))

  const hex = `0x${Buffer.from(commit).toString('hex')}`
  state.set('SubtensorModule.TimelockedWeightCommits', [index, epoch], [...commits, [who, block, hex, round]])
  touch(state, index, uid, block)
  context.emit('SubtensorModule.TimelockedWeightsCommitted', who, index, blake2b(commit, { dkLen: 32 }), round)
}

/** What every block does after its epochs have begun. Those of an epoch that is over are dropped. */
export function revealWeights(context: Context): void {
  const { state, beacon, timeMs } = context
  for (const [index, epoch] of state.partsUnder('SubtensorModule.TimelockedWeightCommits') as [number, number][]) {
    const due = dueEpoch(state, index)
    if (Number(epoch) > due) continue
    const commits = commitsOf(state, index, epoch)
    const ready = commits.filter(([, , , round]) => beacon.has(Number(round), timeMs))
    const waiting = Number(epoch) === due ? commits.filter((commit) => !ready.includes(commit)) : []
    if (waiting.length === commits.length) continue
    const parts = [index, epoch] as const
    if (waiting.length === 0) state.remove('SubtensorModule.TimelockedWeightCommits', parts)
    else state.set('SubtensorModule.TimelockedWeightCommits', parts, waiting)
    if (Number(epoch) < due) continue
    for (const commit of ready) reveal(context, index, commit)
  }
}

/** The next round that some commit waits for in the epoch that reveals it. */
export function nextWeightsRound({ state, beacon, timeMs }: Context): number | undefined {
  const rounds = (state.partsUnder('SubtensorModule.TimelockedWeightCommits') as [number, number][])
    .filter(([index, epoch]) => Number(epoch) === dueEpoch(state, index))
    .flatMap(([index, epoch]) => commitsOf(state, index, epoch).map(([, , , round]) => Number(round)))
    .filter((round) => round >= beacon.oldestAt(timeMs))
  return rounds.length === 0 ? undefined : Math.min(...rounds)
}

const commitsOf = (state: State, index: number, epoch: number) =>
  state.list('SubtensorModule.TimelockedWeightCommits', index, epoch) as unknown as readonly Commit[]

/** The epoch whose commits are revealed now. */
function dueEpoch(state: State, index: number): number {
  const { netuid } = subnetOf(index)
  const period = state.number('SubtensorModule.RevealPeriodEpochs', netuid)
  return state.number('SubtensorModule.SubnetEpochIndex', netuid) - period
}

/** Drops what cannot be read, what another hotkey wrote, and what the chain would not take in the open. */
function reveal(context: Context, index: number, [who, , ciphertext, round]: Commit): void {
  const { netuid, mechanism } = subnetOf(index)
  const opened = decrypt(Buffer.from(ciphertext.slice(2), 'hex'), context.beacon.pulse(Number(round)).signature)
  const read = opened.ok ? decodeTimelockedWeights(opened.value) : opened
  if (!read.ok || utilCrypto().encodeAddress(read.value.hotkey, 42) !== who) return
  try {
    context.atomically(() => storeWeights(context, who, { netuid, mechanism, ...read.value }, true))
    context.emit('SubtensorModule.TimelockedWeightsRevealed', index, who)
  } catch (error) {
    if (!(error instanceof DispatchFailure)) throw error
  }
}

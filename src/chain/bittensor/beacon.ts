/** The drand network that a chain follows, and its pulses, which anybody may have sent to it: each is proved before it counts. */
import { RoundkeeperError } from '../../errors.ts'
import { type DrandNetwork, drandPublicKey } from '../../rules/drand.ts'
import type { Randomness } from '../chain.ts'
import { readScale } from '../scale.ts'
import type { ChainBeacon } from '../subnets.ts'
import { verifyPulse } from '../timelock/pulse.ts'
import type { StateAt } from './state-at.ts'
import { numberOf } from './values.ts'

/** Of every byte string in this pallet; they are all shorter. */
const MAX_BYTES = 512

/** @throws `refused` for a chain that follows none */
export async function readBeacon(state: StateAt): Promise<ChainBeacon> {
  const [config] = await state.bytes([['drand.beaconConfig']])
  const lastRound = numberOf(await state.value('drand.lastStoredRound'))
  const read =
    config &&
    readScale(config, (reader) => {
      const publicKey = reader.sized(MAX_BYTES)
      const [periodSeconds, genesisSeconds] = [reader.u32(), reader.u32()]
      const hash = reader.sized(MAX_BYTES)
      reader.rest()
      return {
        publicKey: hexOf(publicKey),
        periodMs: periodSeconds * 1000,
        genesisMs: genesisSeconds * 1000,
        hash: hexOf(hash),
      }
    })
  if (read?.ok) return { ...read.value, lastRound }
  throw new RoundkeeperError('refused', 'the chain follows no drand network that we can read', {
    where: `Drand.BeaconConfig at ${state.hash}`,
    hint: 'Name another chain; timelocks and rounds of drand need one with the pallet Drand.',
  })
}

/**
 * What is sealed for another key than the network's is open to whoever names it, and closed to the chain for ever.
 * @throws `refused` for a node that names another network than the one that its chain follows
 */
export function mustFollow({ publicKey, genesisMs, periodMs }: ChainBeacon, drand: DrandNetwork): void {
  if (publicKey === drand.publicKey && genesisMs === drand.genesisMs && periodMs === drand.periodMs) return
  throw new RoundkeeperError(
    'refused',
    `the node names another drand network than ${drand.name}, which this chain follows`,
    {
      where: 'Drand.BeaconConfig',
      hint: 'Do not trust this node: ask another one.',
    },
  )
}

/**
 * @returns undefined for a round that the chain does not have yet
 * @throws `usage` when the chain follows another network, `not-found` when it has dropped the round, `refused` for a forged pulse
 */
export async function readPulse(state: StateAt, chain: string, round: number): Promise<Randomness | undefined> {
  const publicKey = drandPublicKey(chain)
  const beacon = await readBeacon(state)
  if (beacon.publicKey !== publicKey) throw anotherNetwork(chain, beacon)
  const [bytes] = await state.bytes([['drand.pulses', round]])
  if (bytes === undefined) {
    if (round > beacon.lastRound) return undefined
    throw new RoundkeeperError('not-found', `the chain does not have round ${round} of ${chain} any more`, {
      where: `Drand.Pulses at ${state.hash}`,
      hint: `It keeps them for about a week; its newest is ${beacon.lastRound}. Others keep all: https://api.drand.sh`,
    })
  }
  const pulse = readScale(bytes, (reader) => ({
    round: reader.u64(),
    randomness: hexOf(reader.sized(MAX_BYTES)),
    signature: hexOf(reader.sized(MAX_BYTES)),
  }))
  if (pulse.ok && verifyPulse(round, pulse.value.signature, pulse.value.randomness, publicKey)) {
    return { value: pulse.value.randomness, signature: pulse.value.signature }
  }
  throw new RoundkeeperError('refused', `what the chain holds as round ${round} is not that of ${chain}`, {
    where: `Drand.Pulses at ${state.hash}`,
    hint: 'Do not trust this node: ask another one, and compare with https://api.drand.sh',
  })
}

const anotherNetwork = (chain: string, { publicKey }: ChainBeacon) =>
  new RoundkeeperError('usage', `the chain follows another drand network than ${chain}`, {
    where: 'Drand.BeaconConfig',
    hint: `Let config.json say "randomness": "block", or name the chain's own network, ${publicKey}, in "drand".`,
  })

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

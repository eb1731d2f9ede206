import { describe, expect, it } from 'vitest'
import { readBeacon, readPulse } from '../../../src/chain/bittensor/beacon.ts'
import type { StateAt } from '../../../src/chain/bittensor/state-at.ts'
import { join, sized, u32, u64 } from '../../../src/chain/scale.ts'
import { beaconOf } from '../../../src/chain/timelock/pulse.ts'

const ours = beaconOf('ours')
const NEWEST = 50
const hash = new Uint8Array(32).fill(7)
const config = join(
  sized(Buffer.from(ours.publicKey, 'hex')),
  u32(3),
  u32(1_000),
  sized(hash),
  sized(hash),
  sized(hash),
)

/** A chain that follows our network, and holds this as one of its pulses. */
function stateWith(pulse: Uint8Array | undefined, beacon: Uint8Array | undefined = config): StateAt {
  const found: Readonly<Record<string, Uint8Array | undefined>> = {
    'drand.beaconConfig': beacon,
    'drand.pulses': pulse,
  }
  const state: Pick<StateAt, 'hash' | 'bytes' | 'value'> = {
    hash: '0x00',
    bytes: async (places) => places.map(([item]) => found[item]),
    value: async () => ({ toString: () => `${NEWEST}` }) as Awaited<ReturnType<StateAt['value']>>,
  }
  return state as StateAt
}

const pulse = (round: number, { randomness, signature }: { randomness: Uint8Array; signature: Uint8Array }) =>
  join(u64(BigInt(round)), sized(randomness), sized(signature))

describe('a pulse of drand, as a chain holds it', () => {
  it('is taken with its signature when the network’s key proves it', async () => {
    const { randomness, signature } = ours.pulse(49)
    expect(await readPulse(stateWith(pulse(49, { randomness, signature })), ours.publicKey, 49)).toEqual({
      value: Buffer.from(randomness).toString('hex'),
      signature: Buffer.from(signature).toString('hex'),
    })
  })

  it('is not there yet, or not there any more: that is not the same', async () => {
    expect(await readPulse(stateWith(undefined), ours.publicKey, NEWEST + 1)).toBeUndefined()
    await expect(readPulse(stateWith(undefined), ours.publicKey, NEWEST)).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('api.drand.sh'),
    })
  })

  it.each([
    ['of another network', pulse(49, beaconOf('theirs').pulse(49))],
    ['of another round', pulse(49, ours.pulse(48))],
    ['of nothing', pulse(49, { randomness: new Uint8Array(32), signature: new Uint8Array(48) })],
    ['empty', pulse(49, { randomness: new Uint8Array(), signature: new Uint8Array() })],
    ['cut off', pulse(49, ours.pulse(49)).subarray(0, -1)],
    ['no pulse at all', new Uint8Array([1, 2, 3])],
  ])('is refused when it is %s', async (_, bytes) => {
    await expect(readPulse(stateWith(bytes), ours.publicKey, 49)).rejects.toMatchObject({
      code: 'refused',
      hint: expect.stringContaining('Do not trust this node'),
    })
  })

  it('is of the network that the chain follows, and of no other', async () => {
    await expect(readPulse(stateWith(undefined), 'quicknet', 1)).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining(ours.publicKey),
    })
  })

  it('cannot be had from a chain that follows none', async () => {
    expect(await readBeacon(stateWith(undefined))).toMatchObject({
      publicKey: ours.publicKey,
      periodMs: 3000,
      genesisMs: 1e6,
    })
    for (const none of [new Uint8Array(), new Uint8Array([4, 1])]) {
      await expect(readBeacon(stateWith(undefined, none))).rejects.toMatchObject({ code: 'refused' })
    }
  })
})

import { describe, expect, it } from 'vitest'
import { beaconOf, isSignatureOf, verifyPulse } from '../../../src/chain/timelock/pulse.ts'
import fc from '../../support/properties.ts'

/** Of quicknet, round 1000. */
const signature = 'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39'
const randomness = 'fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd'

describe('a pulse of drand', () => {
  it('is proved by the public key of its network alone', () => {
    expect(verifyPulse(1000, signature, randomness)).toBe(true)
    expect(verifyPulse(1000, `0x${signature.toUpperCase()}`, `0x${randomness}`)).toBe(true)
  })

  it('is of one round and one network', () => {
    expect(verifyPulse(1001, signature, randomness)).toBe(false)
    expect(verifyPulse(1000, signature, randomness, beaconOf('another').publicKey)).toBe(false)
    expect(verifyPulse(1000, signature, randomness.replace('f', 'e'))).toBe(false)
  })

  it('may come from a beacon of our own', () => {
    const beacon = beaconOf('ours')
    const pulse = beacon.pulse(3)
    expect(isSignatureOf(3, pulse.signature, beacon.publicKey)).toBe(true)
    expect(isSignatureOf(4, pulse.signature, beacon.publicKey)).toBe(false)
    expect(beaconOf('ours').pulse(3)).toEqual(pulse)
    expect(beaconOf('theirs').publicKey).not.toBe(beacon.publicKey)
  })

  it('is nothing else: no hex, no point, no round', () => {
    for (const round of [0, -1, 0.5, Number.NaN]) expect(verifyPulse(round, signature, randomness)).toBe(false)
    for (const none of ['', '0x', 'zz', signature.slice(2), `${signature}00`, `c0${'00'.repeat(47)}`]) {
      expect(verifyPulse(1000, none, randomness)).toBe(false)
    }
    expect(verifyPulse(1000, signature, randomness, 'zz')).toBe(false)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 47, maxLength: 49 }), (bytes) => {
        expect(isSignatureOf(1000, bytes)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })
})

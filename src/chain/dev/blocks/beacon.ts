/** The dev chain's own drand network: it holds the secret itself, and makes a pulse when somebody looks at it. */
import { drandRoundAt } from '../../../rules/drand.ts'
import { beaconOf } from '../../timelock/pulse.ts'

/** The runtime keeps no more pulses: one week of quicknet's. */
export const PULSES_KEPT = 216_000
/** Pulses that were made lately are not signed again. */
const REMEMBERED = 1024

export interface Pulse {
  readonly signature: Uint8Array
  readonly randomness: Uint8Array
}

export class DevBeacon {
  /** Hex. */
  readonly publicKey: string
  readonly genesisMs: number
  readonly periodMs: number
  readonly #make: (round: number) => Pulse
  readonly #made = new Map<number, Pulse>()

  /** @param genesis of round 1, in whole seconds, as the period: the runtime knows no other */
  constructor(seed: string, genesisSeconds: number, periodSeconds: number) {
    const beacon = beaconOf(seed)
    this.publicKey = beacon.publicKey
    this.#make = beacon.pulse
    this.genesisMs = genesisSeconds * 1000
    this.periodMs = periodSeconds * 1000
  }

  /** The newest round that is public then; 0 before the first. */
  roundAt(timeMs: number): number {
    return drandRoundAt(this, new Date(timeMs))
  }

  /** The oldest round that the runtime still keeps then. */
  oldestAt(timeMs: number): number {
    return Math.max(1, this.roundAt(timeMs) - PULSES_KEPT + 1)
  }

  /** When a round becomes public, ms. */
  timeOf(round: number): number {
    return this.genesisMs + (round - 1) * this.periodMs
  }

  /** Whether the runtime has it then. */
  has(round: number, timeMs: number): boolean {
    return Number.isInteger(round) && round >= this.oldestAt(timeMs) && round <= this.roundAt(timeMs)
  }

  pulse(round: number): Pulse {
    const known = this.#made.get(round)
    if (known !== undefined) return known
    const made = this.#make(round)
    if (this.#made.size >= REMEMBERED) this.#made.clear()
    this.#made.set(round, made)
    return made
  }
}

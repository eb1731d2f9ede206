import type { RandomnessSource } from '../state/schedule.ts'

export interface Block {
  readonly number: number
  /** `0x` and 64 hex digits. */
  readonly hash: string
  readonly time: Date
}

/** One text that a hotkey committed and that the chain has revealed. */
export interface Reveal {
  readonly hotkey: string
  /** The block in which it was revealed. */
  readonly block: number
  readonly text: string
}

/** What the engine asks of a chain. */
export interface Chain {
  /** Name of the network, e.g. `finney` or `dev`. */
  readonly network: string
  /** The newest block. @throws `unavailable` */
  head(): Promise<Block>
  /** @throws `not-found` for a block that does not exist (yet) */
  block(number: number): Promise<Block>
  /** All reveals of a subnet that the chain held as of `atBlock`, in the chain's order. */
  reveals(netuid: number, atBlock: number): Promise<Reveal[]>
  /**
   * Since which block every hotkey has been registered on a subnet, as of `atBlock`; undefined from a chain that keeps no
   * register, where everybody may take part.
   */
  registrations(netuid: number, atBlock: number): Promise<ReadonlyMap<string, number> | undefined>
  /** The public value as hex without `0x`, or undefined while it does not exist. */
  randomness(source: RandomnessSource): Promise<string | undefined>
}

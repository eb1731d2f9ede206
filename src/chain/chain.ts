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
  /** Bytes that are no text come as hex behind `0x`: they are shown, and nobody takes them for JSON. */
  readonly text: string
}

/** A public random value, and what proves it offline where anything does. */
export interface Randomness {
  /** Hex without `0x`: the hash of a block, or the randomness of a drand round. */
  readonly value: string
  /** Of a drand round, hex without `0x`: the network's signature, of which the value is the SHA-256. */
  readonly signature?: string
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
  /**
   * A public value, or undefined while it does not exist.
   * @throws `usage` for a drand network that the chain does not follow: a value of another one would be a lie
   */
  randomness(source: RandomnessSource): Promise<Randomness | undefined>
}

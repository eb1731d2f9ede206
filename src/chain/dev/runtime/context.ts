/** What a pallet has in hand while a block is made. */
import type { DevBeacon } from '../blocks/beacon.ts'
import type { Call } from './call.ts'
import type { Name, Runtime } from './runtime.ts'
import type { State } from './state.ts'

export interface Context {
  readonly runtime: Runtime
  readonly state: State
  /** The block that is being made. */
  readonly block: number
  readonly timeMs: number
  readonly beacon: DevBeacon
  /** Recorded with the extrinsic that it comes from; one that the runtime does not know is left out. */
  emit(event: Name, ...values: readonly unknown[]): void
  /** Runs a call as of this origin, all or nothing. @throws DispatchFailure */
  dispatch(call: Call, origin: Origin): void
  /** What it changed and told is taken back when it throws. */
  atomically(run: () => void): void
}

/** SS58 of the account that signed, or whoever may do everything. */
export type Origin = { readonly signed: string } | 'root'

/** @throws DispatchFailure */
export type Handler = (context: Context, args: Call['args'], origin: Origin) => void

/** Ends a call with an error of the runtime: `Commitments.SpaceLimitExceeded`, or `BadOrigin` and its like. */
export class DispatchFailure extends Error {
  override readonly name = 'DispatchFailure'
  readonly error: string

  constructor(error: string) {
    super(error)
    this.error = error
  }
}

export function ensure(condition: boolean, error: string): void {
  if (!condition) throw new DispatchFailure(error)
}

/** @throws DispatchFailure for root */
export function signerOf(origin: Origin): string {
  if (origin === 'root') throw new DispatchFailure('BadOrigin')
  return origin.signed
}

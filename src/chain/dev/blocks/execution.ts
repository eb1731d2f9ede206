/** One block in the making: what begins it, what its owner did, then its extrinsics, and all that they leave behind. */

import { accountOf, raiseNonce, setFree } from '../pallets/accounts.ts'
import { beginBlock, handlers, isFeeLess, nextDue } from '../pallets/index.ts'
import type { SignedExtrinsic } from '../pool/extrinsic.ts'
import { feeOf, type Validity, validityOf } from '../pool/validity.ts'
import type { Call } from '../runtime/call.ts'
import { type Context, DispatchFailure, type Origin } from '../runtime/context.ts'
import { eventsHex, inherentEvent, outcomeEvent } from '../runtime/events.ts'
import type { Name, Runtime } from '../runtime/runtime.ts'
import { type Bytes, type Changes, State } from '../runtime/state.ts'
import type { Hex } from '../substrate-node.ts'
import type { Act } from './acts.ts'
import { perform } from './acts.ts'
import type { DevBeacon } from './beacon.ts'

export interface Place {
  readonly runtime: Runtime
  readonly beacon: DevBeacon
  /** The state that the block begins with. */
  readonly below: Bytes
  readonly block: number
  readonly timeMs: number
  readonly onFailure: OnFailure
}

/** Told of what a call threw that no rule of the runtime foresees: a mistake of ours, or a type that we do not know. */
export type OnFailure = (error: unknown) => void

export class Execution implements Context {
  readonly runtime: Runtime
  readonly state: State
  readonly block: number
  readonly timeMs: number
  readonly beacon: DevBeacon
  readonly included: SignedExtrinsic[] = []
  readonly #onFailure: OnFailure
  #events: Uint8Array[] = []
  /** Of whose extrinsic the events are now; undefined outside of all. */
  #extrinsic: number | undefined

  constructor({ runtime, beacon, below, block, timeMs, onFailure }: Place) {
    this.runtime = runtime
    this.beacon = beacon
    this.#onFailure = onFailure
    this.state = new State(runtime, below)
    this.block = block
    this.timeMs = timeMs
  }

  begin(): void {
    this.attempt(() => beginBlock(this))
    this.#events.push(inherentEvent(this.runtime))
  }

  /** One that fails leaves nothing: it was tried before it was taken. */
  perform(act: Act): void {
    this.attempt(() => perform(this, act))
  }

  validity(extrinsic: SignedExtrinsic): Validity {
    try {
      return validityOf(this, extrinsic)
    } catch (error) {
      this.#onFailure(error)
      return { refused: 'Transaction call is not expected' }
    }
  }

  /** Only a valid one is included, whether its call succeeds or not. */
  include(extrinsic: SignedExtrinsic): Validity {
    const { who, call } = extrinsic
    const validity = this.validity(extrinsic)
    if (validity !== 'valid') return validity
    // The inherent is the first.
    this.#extrinsic = this.included.length + 1
    const fee = feeOf(extrinsic)
    raiseNonce(this.state, who)
    if (fee > 0n) setFree(this.state, who, accountOf(this.state, who).free - fee)
    const error = this.attempt(() => this.dispatch(call, { signed: who }))
    if (fee > 0n) this.emit('TransactionPayment.TransactionFeePaid', who, fee, extrinsic.tip)
    this.#events.push(outcomeEvent(this.runtime, this.#extrinsic, !isFeeLess(call), error))
    this.included.push(extrinsic)
    this.#extrinsic = undefined
    return 'valid'
  }

  result(): { readonly changes: Changes; readonly events: Hex } {
    return { changes: this.state.changes, events: eventsHex(this.#events) }
  }

  emit(event: Name, ...values: readonly unknown[]): void {
    const bytes = this.runtime.event(event, values, this.#extrinsic)
    if (bytes !== undefined) this.#events.push(bytes)
  }

  dispatch(call: Call, origin: Origin): void {
    const handler = handlers.get(call.name)
    if (handler === undefined) throw new DispatchFailure('System.CallFiltered')
    this.atomically(() => handler(this, call.args, origin))
  }

  atomically(run: () => void): void {
    const told = this.#events.length
    try {
      this.state.transaction(run)
    } catch (error) {
      this.#events = this.#events.slice(0, told)
      throw error
    }
  }

  /** Until when a block has nothing to do by itself; this one is the last that is made. */
  due(): ReturnType<typeof nextDue> {
    let due = { block: this.block + 1, round: 0 }
    this.attempt(() => {
      due = nextDue(this)
    })
    return due
  }

  /** @returns the error's name. Nothing that a stranger sends may stop the chain: what we did not foresee is `Other`. */
  attempt(run: () => void): string | undefined {
    try {
      this.atomically(run)
      return undefined
    } catch (error) {
      if (error instanceof DispatchFailure) return error.error
      this.#onFailure(error)
      return 'Other'
    }
  }
}

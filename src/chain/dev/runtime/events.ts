/** `System.Events` of a block, and the events that the system itself adds to every extrinsic. */
import { list } from '../../scale.ts'
import type { Hex } from '../substrate-node.ts'
import type { Runtime } from './runtime.ts'

/** Weights are invented: nothing of a dev chain is limited by them. */
const WEIGHT = { refTime: 33_480_000, proofSize: 0 }

export const eventsHex = (events: readonly Uint8Array[]): Hex => `0x${Buffer.from(list(events)).toString('hex')}`

/** Of the inherent that sets the time: all that an idle block leaves. */
export const inherentEvent = (runtime: Runtime): Uint8Array =>
  runtime.event('System.ExtrinsicSuccess', [{ weight: WEIGHT, class: 'Mandatory', paysFee: 'Yes' }], 0) ??
  new Uint8Array()

/** The event that ends an extrinsic. @param error by its name, if it failed */
export function outcomeEvent(runtime: Runtime, extrinsic: number, pays: boolean, error?: string): Uint8Array {
  const info = { weight: WEIGHT, class: 'Normal', paysFee: pays ? 'Yes' : 'No' }
  const event =
    error === undefined
      ? runtime.event('System.ExtrinsicSuccess', [info], extrinsic)
      : runtime.event('System.ExtrinsicFailed', [runtime.dispatchError(error), info], extrinsic)
  return event ?? new Uint8Array()
}

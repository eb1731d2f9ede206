/** What a block did, for whoever watches a dev chain: its signed extrinsics by name, and what became of them. */
import type { DispatchError, EventRecord } from '@polkadot/types/interfaces'
import { readExtrinsic } from './pool/extrinsic.ts'
import type { Runtime } from './runtime/runtime.ts'
import type { Hex, SubstrateNode } from './substrate-node.ts'

export interface LoggedExtrinsic {
  readonly hash: Hex
  /** `Commitments.set_commitment` */
  readonly call: string
  /** SS58. */
  readonly who: string
  /** Of the runtime, by name, if it failed. */
  readonly error?: string
}

export function extrinsicsIn(runtime: Runtime, node: SubstrateNode, block: Hex): LoggedExtrinsic[] {
  const extrinsics = node.extrinsicsOf(block)
  // The first one is the inherent that sets the time.
  if (extrinsics.length <= 1) return []
  const failures = failuresIn(runtime, node, block)
  return extrinsics.flatMap((hex, index) => {
    const extrinsic = readExtrinsic(runtime, hex)
    if (extrinsic === undefined || extrinsic === 'unsigned') return []
    const { hash, call, who } = extrinsic
    const error = failures.get(index)
    return [{ hash, call: call.name, who, ...(error === undefined ? {} : { error }) }]
  })
}

/** The errors by the index of their extrinsic. */
function failuresIn(runtime: Runtime, node: SubstrateNode, block: Hex): Map<number, string> {
  const entry = runtime.entry('System.Events')
  const bytes = entry && node.storage(entry.key(), block)
  const failures = new Map<number, string>()
  if (entry === undefined || bytes === undefined) return failures
  for (const { phase, event } of entry.codec(bytes) as unknown as Iterable<EventRecord>) {
    if (event.section !== 'system' || event.method !== 'ExtrinsicFailed' || !phase.isApplyExtrinsic) continue
    failures.set(phase.asApplyExtrinsic.toNumber(), nameOf(runtime, event.data[0] as unknown as DispatchError))
  }
  return failures
}

function nameOf(runtime: Runtime, error: DispatchError): string {
  if (!error.isModule) return error.type
  const { section, name } = runtime.registry.findMetaError(error.asModule)
  return `${section}.${name}`
}

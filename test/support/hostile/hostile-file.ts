import type { FileFaultCode } from '../../../src/media/file-fault.ts'
import type { ModelKind } from '../../../src/media/renderer.ts'

export interface HostileFile {
  readonly name: string
  readonly kind: ModelKind
  /** What it is refused for, on every machine. */
  readonly code: FileFaultCode
  readonly bytes: Uint8Array
}

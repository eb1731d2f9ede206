/** What a thread that looks at commits is told, and what it tells. */
import type { ChangedPath } from '../../repo/history.ts'
import type { Inspected } from './inspect-commit.ts'
import type { Packed } from './packed.ts'

export type Message =
  /** `passed`: what the commits changed that others have looked at since the last question, without contents. */
  | { readonly kind: 'question'; readonly passed: readonly (readonly ChangedPath[])[]; readonly packed: Packed }
  | { readonly kind: 'blob'; readonly oid: string; readonly bytes: Uint8Array | undefined }

export type Answer =
  | { readonly kind: 'answer'; readonly inspected: readonly Inspected[] }
  | { readonly kind: 'want'; readonly oid: string }

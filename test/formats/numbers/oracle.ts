import { digestOf } from '../../../src/rules/digest.ts'
import { canonicalJson } from '../../../src/store/canonical-json.ts'
import type { Target } from './files.ts'

/** Knows the hidden numbers. Asked again about a round, it answers the same. */
export interface Oracle {
  /** What `reveal` will tell, as its commitment, without telling it. @throws `unavailable` */
  commit(round: string, items: readonly string[], signal: AbortSignal): Promise<string>
  /** @throws `unavailable` */
  reveal(round: string, items: readonly string[], signal: AbortSignal): Promise<Target>
}

/** `sha256:…` of the canonical JSON. */
export const commitmentOf = ({ round, numbers, salt }: Target): string =>
  digestOf(canonicalJson({ round, numbers, salt }))

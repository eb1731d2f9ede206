/** Every way of judging by a model that there is, by the kind that a judge's id begins with. */
import type { Method } from './decision.ts'
import type { Chosen, Identity } from './identity.ts'
import { MULTISTAGE_JUDGE, multistageIdentity } from './multistage/identity.ts'
import { multistageDuel } from './multistage/multistage.ts'
import { PENALTY_JUDGE, penaltyDuel, penaltyIdentity } from './penalty.ts'

export interface Known {
  make(chosen: Chosen): Identity
  readonly method: Method
}

export const methods = {
  [PENALTY_JUDGE]: { make: penaltyIdentity, method: penaltyDuel },
  [MULTISTAGE_JUDGE]: { make: multistageIdentity, method: multistageDuel },
} satisfies Readonly<Record<string, Known>>

/** Of the judge with that id; undefined for one that is no model, or not known here. */
export function methodOf(judge: string): Known | undefined {
  const kind = judge.replace(/\+[0-9a-f]+$/, '')
  return Object.hasOwn(methods, kind) ? methods[kind as keyof typeof methods] : undefined
}

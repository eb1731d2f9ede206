// Who signs in the demo. The keys follow from its seed, so that it ends at the same commit every time; they keep no secret.
import { createHash } from 'node:crypto'
import { type Holders, holdersOf } from '../signing/holders.ts'
import { PrivateKey } from '../signing/private-key.ts'

/** The competition's name in its configuration. */
const COMPETITION = 'demo'

export const demoKeys = (seed: string): Holders =>
  holdersOf(COMPETITION, (who) => PrivateKey.fromSeed(createHash('sha256').update(`key/${seed}/${who}`).digest()))

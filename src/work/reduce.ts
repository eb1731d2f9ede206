/** Judges what others gathered by letting a tick that commits nothing ask for it. */
import type { Context, Owner } from '../engine/owner.ts'
import { Snapshot } from '../engine/snapshot.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { files } from '../state/files.ts'
import type { Stage } from '../state/state.ts'
import { counted } from './counted.ts'
import { dryTick } from './dry-tick.ts'
import { PartialPool } from './partial-pool.ts'
import type { Refusal, SiftingStore } from './sifting-store.ts'

export interface Reduced {
  readonly competition: string
  readonly head: string
  readonly round: number
  readonly stage: Stage
  /** Pieces of evidence by folder. */
  readonly taken: Readonly<Record<string, number>>
  readonly refused: readonly Refusal[]
  readonly disputed: readonly Refusal[]
  /** Pieces of work by kind. */
  readonly missing: Readonly<Record<string, number>>
  /** What the tick will fail at, too: what was taken is taken all the same. */
  readonly errors: readonly unknown[]
}

/**
 * @param store of the format in `context`, whose ports are closed
 * @param kinds of evidence that may come in; all that the format knows where absent
 * @throws as `dryTick`
 */
export async function reduce(
  repo: StateRepo,
  owners: readonly Owner[],
  store: SiftingStore,
  context: Context,
  kinds?: ReadonlySet<string>,
): Promise<Reduced> {
  const snapshot = new Snapshot(repo, await repo.head())
  const state = await snapshot.read(files.state)
  const config = await snapshot.read(files.config)
  const known = Object.entries(
    (await context.format.evidence?.({ number: state.current_round, state, config, snapshot }, context)) ?? {},
  )
  store.letIn(Object.fromEntries(known.filter(([kind]) => kinds?.has(kind) ?? true)))
  const pool = new PartialPool(context.pool, () => false)
  const { competition, head, round, stage, errors } = await dryTick(repo, owners, { ...context, pool })
  const { refused, disputed } = store
  const taken = Object.fromEntries(store.taken)
  return { competition, head, round, stage, taken, refused, disputed, missing: counted(pool.missing), errors }
}

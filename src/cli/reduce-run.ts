import { owners } from '../../stages/index.ts'
import { closedPorts, withoutBuilds } from '../formats/generation-3d/closed-ports.ts'
import { EvidenceFolder } from '../work/evidence-folder.ts'
import { type Reduced, reduce } from '../work/reduce.ts'
import { SiftingStore } from '../work/sifting-store.ts'
import { openOperator } from './operator.ts'
import { herePool } from './operator-pool.ts'
import { evidenceOf, type Kind } from './work-kinds.ts'

/** @throws as `reduce`, and `not-found` for a folder that is not there */
export async function runReduce(
  dir: string,
  folders: readonly string[],
  signal: AbortSignal,
  kinds?: readonly Kind[],
): Promise<Reduced> {
  const opened = await Promise.all(folders.map((folder) => EvidenceFolder.open(folder)))
  const sifting: { store?: SiftingStore } = {}
  await using operator = await openOperator(dir, {
    runsImages: false,
    adapt: (ports) => {
      const { readable: _, ...rest } = withoutBuilds(closedPorts(ports))
      sifting.store = new SiftingStore(ports.store, opened)
      return { ...rest, store: sifting.store }
    },
  })
  const { repo, chain, clock, format, codeHost, settings } = operator
  const context = { chain, clock, pool: herePool(settings), format, codeHost, signal, progress: () => undefined }
  return reduce(repo, owners, sifting.store as SiftingStore, context, kinds && evidenceOf(kinds))
}

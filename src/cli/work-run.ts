/** A share of a tick's work, as an operator's settings say. */
import { owners } from '../../stages/index.ts'
import type { Progress } from '../engine/owner.ts'
import { withoutBuilds, withoutPods } from '../formats/generation-3d/closed-ports.ts'
import { FolderStore } from '../store/folder-store.ts'
import { ENGINE } from '../version.ts'
import { counted } from '../work/counted.ts'
import { dryTick } from '../work/dry-tick.ts'
import { writeManifest } from '../work/manifest.ts'
import { OverlayStore } from '../work/overlay-store.ts'
import { PartialPool } from '../work/partial-pool.ts'
import { describeTask, isIn, type Share } from '../work/share.ts'
import { progressText } from './advance.ts'
import { openOperator } from './operator.ts'
import { herePool } from './operator-pool.ts'
import { StatusLine } from './output.ts'
import { readingStore } from './reading-store.ts'
import { stopSignal } from './stop-signal.ts'
import type { Worked, WorkOptions } from './work.ts'
import type { Kind } from './work-kinds.ts'

export async function runWork(
  { dir, maxMinutes, run = 'local' }: WorkOptions,
  folder: string,
  shard: Share,
  kinds: readonly Kind[],
): Promise<Worked> {
  const line = new StatusLine()
  const stop = stopSignal(maxMinutes)
  const own = new FolderStore({ dir: folder })
  let store: OverlayStore | undefined
  const runsImages = kinds.includes('regeneration')
  try {
    await using operator = await openOperator(dir, {
      runsImages,
      adapt: async (ports, settings) => {
        store = new OverlayStore(own, await readingStore(dir, settings.store, ports.store, stop.signal))
        const { readable: _, ...rest } = withoutBuilds(runsImages ? ports : withoutPods(ports))
        return { ...rest, store }
      },
    })
    const isMine = (task: { kind: string }) => (kinds as readonly string[]).includes(task.kind)
    const pool = new PartialPool(herePool(operator.settings), (task) => isMine(task) && isIn(task, shard))
    const { repo, chain, clock, format, codeHost } = operator
    const progress = (event: Progress) => line.show(progressText(event))
    const about = { chain, clock, pool, format, codeHost, signal: stop.signal, progress }
    const { competition, head, round, stage, errors } = await dryTick(repo, owners, about)
    const manifest = {
      ...{ competition, head, round, stage, shard, kinds, run, engine: ENGINE, made: counted(pool.made) },
      failed: pool.failed.map(({ task, error }) => ({
        what: describeTask(task),
        why: String((error as Error).message),
      })),
      left: pool.missing.length,
    }
    await writeManifest(folder, manifest)
    const failures = new Set(pool.failed.map(({ error }) => error))
    return { ...manifest, evidence: store?.written ?? [], errors: errors.filter((error) => !failures.has(error)) }
  } finally {
    line.clear()
    stop[Symbol.dispose]()
  }
}

/** What there is to gather, without touching anything of a miner's. */
import { owners } from '../../stages/index.ts'
import { closedPorts, withoutBuilds } from '../formats/generation-3d/closed-ports.ts'
import { counted, describeCounts } from '../work/counted.ts'
import { dryTick } from '../work/dry-tick.ts'
import { OverlayStore } from '../work/overlay-store.ts'
import { PartialPool } from '../work/partial-pool.ts'
import { scratchStore } from '../work/scratch-store.ts'
import { describeWaiting } from './describe.ts'
import { openOperator } from './operator.ts'
import { herePool } from './operator-pool.ts'
import { print, printJson } from './output.ts'
import { readingStore } from './reading-store.ts'
import { stopSignal } from './stop-signal.ts'
import type { WorkOptions } from './work.ts'

export async function listWork({ dir, maxMinutes, json }: WorkOptions): Promise<void> {
  const stop = stopSignal(maxMinutes)
  try {
    await using scratch = await scratchStore()
    await using operator = await openOperator(dir, {
      runsImages: false,
      adapt: async (ports, settings) => {
        const { readable: _, ...rest } = withoutBuilds(closedPorts(ports))
        const base = await readingStore(dir, settings.store, ports.store, stop.signal)
        return { ...rest, store: new OverlayStore(scratch.store, base) }
      },
    })
    const pool = new PartialPool(herePool(operator.settings), () => false)
    const { repo, chain, clock, format, codeHost } = operator
    const context = { chain, clock, pool, format, codeHost, signal: stop.signal, progress: () => undefined }
    const { waiting, errors, ...about } = await dryTick(repo, owners, context)
    if (errors.length > 0) throw errors[0]
    const tasks = counted(pool.missing)
    const miners = new Set(pool.missing.flatMap(({ of }) => of ?? [])).size
    if (json) return printJson({ ...about, tasks, total: pool.missing.length, miners, waiting: waiting?.for ?? null })
    print(`round ${about.round}, ${about.stage}: to gather: ${describeCounts(tasks)}`)
    if (waiting !== undefined) print(`waiting for ${describeWaiting(waiting, clock.now())}`)
  } finally {
    stop[Symbol.dispose]()
  }
}

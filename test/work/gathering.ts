/** A competition whose work is done elsewhere: gathered in folders, let in, and only then decided. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { KINDS } from '../../src/cli/work-kinds.ts'
import type { AdvanceReport } from '../../src/engine/advance.ts'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import type { Context } from '../../src/engine/owner.ts'
import { closedPorts, withoutBuilds, withoutPods } from '../../src/formats/generation-3d/closed-ports.ts'
import { generation3d, type Ports } from '../../src/formats/generation-3d/index.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import type { ObjectStore } from '../../src/store/object-store.ts'
import { type DryTick, dryTick } from '../../src/work/dry-tick.ts'
import { EvidenceFolder } from '../../src/work/evidence-folder.ts'
import { OverlayStore } from '../../src/work/overlay-store.ts'
import { PartialPool } from '../../src/work/partial-pool.ts'
import { patient } from '../../src/work/patient-owner.ts'
import { type Reduced, reduce } from '../../src/work/reduce.ts'
import { ALL, isIn, type Share } from '../../src/work/share.ts'
import { SiftingStore } from '../../src/work/sifting-store.ts'
import { owners } from '../../stages/index.ts'
import type { TestCompetition } from '../support/competition.ts'
import { type FakeMiner, fakePorts } from '../support/fake-ports.ts'

export class Gathering {
  readonly game: TestCompetition
  readonly #ports: Omit<Ports, 'store'>
  #folders = 0

  constructor(game: TestCompetition, miners: readonly FakeMiner[], ports: Partial<Ports> = {}) {
    this.game = game
    this.#ports = { ...fakePorts(miners), ...ports }
  }

  /** As `roundkeeper work --shard`. @returns the folder */
  async work(
    share: Share = ALL,
    kinds: readonly string[] = share.of === 1 ? KINDS : KINDS.filter((kind) => kind !== 'regeneration'),
  ): Promise<{ folder: string; pool: PartialPool; dry: DryTick }> {
    const folder = join(this.game.dir, `evidence-${++this.#folders}`)
    await mkdir(folder)
    const store = new OverlayStore(new FolderStore({ dir: folder }), this.game.store)
    const ports = withoutBuilds({ ...this.#ports, store })
    const pool = new PartialPool(new InProcessPool(2), (task) => kinds.includes(task.kind) && isIn(task, share))
    const dry = await this.#dry(kinds.includes('regeneration') ? ports : withoutPods(ports), pool)
    return { folder, pool, dry }
  }

  /** As `roundkeeper reduce`. */
  async reduce(folders: readonly string[], base: ObjectStore = this.game.store): Promise<Reduced> {
    const opened = await Promise.all(folders.map((folder) => EvidenceFolder.open(folder)))
    const store = new SiftingStore(base, opened)
    const format = generation3d(withoutBuilds(closedPorts({ ...this.#ports, store })))
    return reduce(this.game.repo, owners, store, this.#context({ format, pool: new InProcessPool(2) }))
  }

  /** As `roundkeeper advance --gathered-only`. */
  tick(): Promise<AdvanceReport> {
    return this.game.tick({
      format: generation3d(closedPorts({ ...this.#ports, store: this.game.store })),
      pool: new PartialPool(new InProcessPool(2), () => false),
      owners: owners.map(patient),
    })
  }

  /** Plays to the end; at every turn as often as that brings something. @param gather hands in folders */
  play(gather: () => Promise<string[]>, look: (reduced: Reduced) => void = () => undefined): Promise<AdvanceReport> {
    return this.game.play(undefined, async () => {
      for (;;) {
        const reduced = await this.reduce(await gather())
        look(reduced)
        const report = await this.tick()
        const isOver = report.commits.length === 0 && Object.keys(reduced.missing).length === 0
        if (isOver || report.status === 'finished') return report
      }
    })
  }

  async #dry(ports: Ports, pool: PartialPool): Promise<DryTick> {
    return dryTick(this.game.repo, owners, this.#context({ format: generation3d(ports), pool }))
  }

  #context(about: Pick<Context, 'format' | 'pool'>): Context {
    const { chain, clock } = this.game
    return { chain, clock, ...about, signal: new AbortController().signal, progress: () => undefined }
  }
}

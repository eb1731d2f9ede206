import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Chain } from '../../src/chain/chain.ts'
import { ClockChain } from '../../src/chain/clock-chain.ts'
import { beaconOf } from '../../src/chain/timelock/pulse.ts'
import { type AdvanceReport, advance } from '../../src/engine/advance.ts'
import type { Format } from '../../src/engine/format.ts'
import { foundCompetition } from '../../src/engine/found.ts'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import type { Owner } from '../../src/engine/owner.ts'
import { Snapshot } from '../../src/engine/snapshot.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import type { WorkPool } from '../../src/engine/work-pool.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import type { CodeHost } from '../../src/repo/code-host.ts'
import type { Identity, StateRepo } from '../../src/repo/state-repo.ts'
import { quicknet } from '../../src/rules/drand.ts'
import { holdersOf, identitiesOf } from '../../src/signing/holders.ts'
import { PrivateKey } from '../../src/signing/private-key.ts'
import { type Config, configSchema, files, type Leaders } from '../../src/state/index.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import type { ObjectStore } from '../../src/store/object-store.ts'
import { owners } from '../../stages/index.ts'
import { cdnOf, type FakeMiner, fakePorts } from './fake-ports.ts'

export const START = new Date('2026-03-01T07:00:00Z')
const CHAIN_SEED = 'test'
const KEYS = {
  engine: PrivateKey.fromSeed(Buffer.alloc(32, 1)),
  operator: PrivateKey.fromSeed(Buffer.alloc(32, 2)),
}
export const BY = { name: 'Test Engine', email: 'engine@roundkeeper.test' }

/** A config for small, quick rounds under our own rules: starts daily at 08:00, one hour to generate. */
export function testConfig(changes: Partial<Config> = {}): Config {
  return configSchema.parse({
    name: 'tiny',
    description: 'a small competition',
    first_evaluation_date: '2026-03-01',
    last_competition_date: '2026-03-03',
    round_start_time: '08:00:00',
    generation_stage_minutes: 60,
    finalization_buffer_hours: 0.5,
    win_margin: 0.25,
    weight_decay: 0.2,
    weight_floor: 0.2,
    prompts_per_round: 4,
    carryover_prompts: 1,
    round_duration_days: 1,
    rules: 'v1',
    format: 'generation-3d',
    source_audit: 'waived',
    ...changes,
  })
}

/** Of the chain that `competition` makes. */
export const DRAND = { public_key: beaconOf(CHAIN_SEED).publicKey, genesis_time: quicknet.genesisMs / 1000, period: 3 }

/** A deterministic stand-in for an ss58 address. */
export const hotkeyOf = (name: string) => `5${name.padEnd(47, 'x')}`.slice(0, 48)

type Quality = number | ((stem: string) => number | null)

export function miner(name: string, quality: Quality, image = quality): FakeMiner {
  const at = (value: Quality) => (stem: string) => (typeof value === 'number' ? value : value(stem))
  return {
    hotkey: hotkeyOf(name),
    repo: `${name}/model`,
    commit: Buffer.from(name.padEnd(20, '.')).toString('hex').slice(0, 40),
    uploads: at(quality),
    makes: at(image),
  }
}

export interface TestCompetition extends AsyncDisposable {
  readonly dir: string
  readonly repo: StateRepo
  readonly chain: ClockChain
  readonly clock: VirtualClock
  readonly store: FolderStore
  /** Who commits for the engine, and the person in charge; with their keys where the competition is signed. */
  readonly identities: Readonly<Record<'engine' | 'operator', Identity>>
  /** One run of the engine, until nothing more can happen now. */
  tick(changes?: {
    by?: Identity
    repo?: StateRepo
    chain?: Chain
    format?: Format
    codeHost?: CodeHost
    untilIdle?: boolean
    signal?: AbortSignal
    commitEveryMs?: number
    pool?: WorkPool
    owners?: readonly Owner[]
  }): Promise<AdvanceReport>
  /** Runs and moves the clock on, again and again, until a stop or the first report that satisfies `until`. */
  play(until?: (report: AdvanceReport) => boolean, tick?: () => Promise<AdvanceReport>): Promise<AdvanceReport>
  /** The competition as it is now. */
  now(): Promise<Snapshot>
  enter(miner: FakeMiner, block: number): Promise<void>
}

export interface Setup {
  readonly config?: Config
  readonly miners?: readonly FakeMiner[]
  /** Prompts; 24 of them unless told otherwise. */
  readonly pool?: readonly string[]
  readonly leader?: FakeMiner
  readonly format?: (store: FolderStore) => Format
  /** Instead of the folder, for the usual format. */
  readonly objects?: ObjectStore
  readonly readable?: boolean
  /** Founded with keys: every commit is signed. */
  readonly signed?: boolean
  /** Called before every tick of `play`, e.g. to enter miners in the round that is open. */
  readonly before?: (competition: TestCompetition) => Promise<void>
}

/** A competition of its own in a temporary folder: real repository, store and clock chain; virtual time; fake ports. */
export async function competition(setup: Setup = {}): Promise<TestCompetition> {
  const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-test-'))
  const clock = new VirtualClock(START, { autoAdvance: true })
  const chain = new ClockChain({ genesis: new Date(START.getTime() - 3_600_000), seed: CHAIN_SEED, clock })
  const store = new FolderStore({ dir: join(dir, 'store'), baseUrl: 'https://store.test' })
  const everybody = [...(setup.miners ?? []), ...(setup.leader ? [setup.leader] : [])]
  const format =
    setup.format?.(store) ??
    generation3d({
      store: setup.objects ?? store,
      ...(setup.readable && { readable: setup.objects ?? store }),
      ...fakePorts(everybody),
    })
  const config = setup.config ?? testConfig()
  const pool =
    setup.pool ?? Array.from({ length: 24 }, (_, i) => `https://prompts.test/p${String(i).padStart(2, '0')}.png`)
  const signers = setup.signed ? holdersOf(config.name, (who) => KEYS[who]) : undefined
  const identities = signers === undefined ? { engine: BY, operator: BY } : identitiesOf(signers)
  const leaders = leadersOf(setup.leader)
  const founding = foundCompetition({ config, pool, leaders, head: await chain.head(), signers })
  const repo = await BareRepo.create(join(dir, 'state.git'), {
    branch: 'main',
    files: founding.files as ReadonlyMap<string, string>,
    message: founding.messages.join('\n'),
    by: { ...identities.operator, at: clock.now() },
  })

  const self: TestCompetition = {
    dir,
    repo,
    chain,
    clock,
    store,
    identities,
    tick: ({ by, repo: other, chain: otherChain, format: another, codeHost, ...changes } = {}) =>
      advance({
        repo: other ?? repo,
        clock,
        by: by ?? identities.engine,
        run: 'test',
        engine: 'roundkeeper/test',
        commitEveryMs: changes.commitEveryMs ?? 0,
        owners: changes.owners ?? owners,
        untilIdle: changes.untilIdle ?? true,
        context: {
          chain: otherChain ?? chain,
          clock,
          pool: changes.pool ?? new InProcessPool(4),
          format: another ?? format,
          codeHost,
          signal: changes.signal ?? new AbortController().signal,
          progress: () => undefined,
        },
      }),
    async play(until = () => false, tick = () => self.tick()) {
      for (let i = 0; i < 200; i++) {
        await setup.before?.(self)
        const report = await tick()
        if (report.status === 'finished' || report.status === 'paused' || report.errors.length > 0 || until(report))
          return report
        if (report.waiting?.eta === undefined) return report
        clock.set(new Date(Math.max(report.waiting.eta.getTime(), clock.now().getTime() + 1000)))
      }
      throw new Error('the competition does not end')
    },
    now: async () => new Snapshot(repo, await repo.head()),
    async enter({ hotkey, repo: code, commit, ...rest }, block) {
      await chain.reveal(hotkey, `{"commit": "${commit}"}`, block)
      await chain.reveal(hotkey, `{"repo": "${code}", "cdn_url": "${cdnOf({ repo: code, ...rest })}"}`, block + 1)
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }),
  }
  return self
}

function leadersOf(leader: FakeMiner | undefined): Leaders {
  if (leader === undefined) return []
  const { hotkey, repo, commit } = leader
  return [{ hotkey, repo, commit, docker: `fake:${repo}@${commit}`, weight: 0, effective_block: 0 }]
}

/** Enters the given miners once in every round, early in its window. */
export const everyRound =
  (...miners: readonly FakeMiner[]) =>
  async (self: TestCompetition): Promise<void> => {
    const snapshot = await self.now()
    const { stage, current_round } = await snapshot.read(files.state)
    if (stage !== 'open') return
    const { earliest_reveal_block: earliest } = await snapshot.read(files.schedule, current_round)
    const marker = `round ${current_round}`
    if (entered.get(self)?.has(marker)) return
    entered.set(self, (entered.get(self) ?? new Set()).add(marker))
    for (const [i, miner] of miners.entries()) await self.enter(miner, earliest + 5 * i + 1)
  }

const entered = new WeakMap<TestCompetition, Set<string>>()

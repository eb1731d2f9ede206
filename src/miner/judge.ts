/** A match between two folders of previews, on a miner's own machine: by the very code that judges a round. */
import { change } from '../engine/change.ts'
import type { Context } from '../engine/owner.ts'
import { Snapshot } from '../engine/snapshot.ts'
import { judgeMatch } from '../formats/generation-3d/match.ts'
import type { Judge } from '../judge/judge.ts'
import type { Downloader } from '../media/download.ts'
import { counts } from '../rules/match.ts'
import { type Config, configSchema } from '../state/config.ts'
import type { MatchReport } from '../state/duels.ts'
import { files } from '../state/files.ts'
import type { Output, Outputs } from '../state/outputs.ts'
import { putContent } from '../store/content.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { LocalPreview } from './judge-previews.ts'
import type { LocalPrompt } from './judge-prompts.ts'
import { addressesOf, fetching } from './prompt-pictures.ts'

export interface LocalMatch {
  readonly prompts: readonly LocalPrompt[]
  /** By stem. */
  readonly left: ReadonlyMap<string, LocalPreview>
  readonly right: ReadonlyMap<string, LocalPreview>
  readonly seed: number
  readonly judge: Judge
  /** Keeps pictures and answers: what was answered is not asked again. */
  readonly store: ObjectStore
  /** Fetches prompt images that are not files. */
  readonly downloader: Downloader
}

/** Miners of a round of their own; neither is the leader, whose outputs would be others. */
const [LEFT, RIGHT] = ['local-1', 'local-2']

/**
 * @returns the report as a round has it, under the names of that round
 * @throws `unavailable` when the judge cannot be asked, or gave too few verdicts; `aborted`
 */
export async function judgeLocally(
  { prompts, left, right, seed, judge, store, downloader }: LocalMatch,
  context: Pick<Context, 'pool' | 'signal' | 'progress'>,
): Promise<MatchReport> {
  const snapshot = new Snapshot({ read: async () => undefined, list: async () => [] }, 'local')
  const urls = addressesOf(prompts)
  snapshot.apply(
    change()
      .put(files.seed, [0], { seed })
      .put(files.prompts, [0], [...urls.keys()])
      .put(files.submitted, [0, LEFT], await outputsOf(store, left))
      .put(files.submitted, [0, RIGHT], await outputsOf(store, right)),
  )
  const state = { current_round: 0, stage: 'duels' as const, next_stage_eta: null }
  const round = { number: 0, state, config: configOf(prompts.length), snapshot }
  const ports = { store, judge, downloader: fetching(urls, downloader) }
  snapshot.apply(await judgeMatch(ports, round, { left: LEFT, right: RIGHT }, context))
  const report = await snapshot.read(files.duels, 0, LEFT, RIGHT)
  return { ...report, duels: report.duels.map((duel) => ({ ...duel, prompt: urls.get(duel.prompt) ?? duel.prompt })) }
}

/** Duels that count, and how they went for the second folder. */
export function tallyOf(duels: MatchReport['duels']) {
  const won = (side: string) => duels.filter(({ winner }) => winner === side).length
  return {
    left: won('left'),
    draws: won('draw'),
    right: won('right'),
    void: duels.filter((each) => !counts(each)).length,
  }
}

async function outputsOf(store: ObjectStore, previews: ReadonlyMap<string, LocalPreview>): Promise<Outputs> {
  const outputs: Record<string, Output> = {}
  for (const [stem, { path, bytes }] of previews) {
    const { sha256 } = await putContent(store, bytes, 'png', 'image/png')
    outputs[stem] = { glb: null, png: path, generation_time: 0, size: 0, attempts: 0, distance: 0, png_sha256: sha256 }
  }
  return outputs
}

/** Every duel is asked about, and nothing else. */
const configOf = (prompts: number): Config =>
  configSchema.parse({
    name: 'local',
    description: 'A match on one machine',
    first_evaluation_date: '2026-01-01',
    last_competition_date: '2026-01-01',
    generation_stage_minutes: 1,
    win_margin: 1,
    weight_decay: 0,
    weight_floor: 0,
    prompts_per_round: prompts,
    carryover_prompts: 0,
    rules: 'v1',
  })

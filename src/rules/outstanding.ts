/** What a stage still waits for, by what is on record of its round: for whoever has to say why a competition stands still. */
import type { AuditRequests, GenerationAudits, SourceAudits } from '../state/audits.ts'
import type { Builds } from '../state/builds.ts'
import type { Config } from '../state/config.ts'
import type { Matrix } from '../state/matrix.ts'
import type { Stage } from '../state/state.ts'
import { LEADER, type Winner } from '../state/winner.ts'
import { standing } from './audit.ts'

/** A round on record; of what is not there, nothing. */
export interface RoundOnRecord {
  /** Hotkeys of all who entered. */
  readonly entered: readonly string[]
  /** Those of them whose uploads are on record. */
  readonly gathered: ReadonlySet<string>
  readonly builds: Builds
  /** Prompts for which the leader's own outputs are missing. */
  readonly baselineMissing: number
  readonly matrix: Matrix
  readonly requests: AuditRequests
  readonly generationAudits: GenerationAudits
  readonly sourceAudits: SourceAudits
  readonly winner?: Winner | undefined
}

export type Missing =
  | { readonly kind: 'seed' | 'deadline' | 'duels' | 'winner' | 'crown' | 'resume' | 'adoption' }
  | { readonly kind: 'baseline'; readonly prompts: number }
  | {
      readonly kind: 'uploads' | 'matches' | 'images' | 'generation-audits' | 'source-audits'
      /** Whose; in the order in which they entered. */
      readonly hotkeys: readonly string[]
    }

/** Never empty while a competition runs: something always comes next. */
export function outstanding(stage: Stage, round: RoundOnRecord, config: Config): Missing[] {
  if (stage === 'finished') return []
  if (stage === 'open') return [{ kind: 'seed' }]
  if (stage === 'miner_generation') return [{ kind: 'deadline' }]
  if (stage === 'finalizing') return [{ kind: 'crown' }]
  if (stage === 'paused') return [{ kind: 'resume' }]
  if (stage === 'downloading') {
    const hotkeys = round.entered.filter((hotkey) => !round.gathered.has(hotkey))
    return hotkeys.length > 0 ? [{ kind: 'uploads', hotkeys }] : [{ kind: 'duels' }]
  }
  return ofDuels(round, config)
}

function ofDuels(round: RoundOnRecord, config: Config): Missing[] {
  const { entered, builds, requests, generationAudits, sourceAudits: source, matrix, baselineMissing: prompts } = round
  const sourceAudit = config.source_audit ?? 'required'
  const { approved, rejected } = standing({ generation: generationAudits, source, sourceAudit })
  const met = new Set(matrix.filter(({ left }) => left === LEADER).map(({ right }) => right))
  const open = requests.map(({ hotkey }) => hotkey).filter((hotkey) => !approved.has(hotkey) && !rejected.has(hotkey))
  const isRegenerated = (hotkey: string) => generationAudits[hotkey]?.outcome === 'passed'
  const isRead = (hotkey: string) => source.some((each) => each.hotkey === hotkey)
  const hasImage = (hotkey: string) => Boolean(builds[hotkey]?.docker_image)
  const found: Missing[] = [
    { kind: 'matches', hotkeys: entered.filter((hotkey) => !rejected.has(hotkey) && !met.has(hotkey)) },
    { kind: 'images', hotkeys: open.filter((hotkey) => !isRegenerated(hotkey) && !hasImage(hotkey)) },
    { kind: 'generation-audits', hotkeys: open.filter((hotkey) => !isRegenerated(hotkey) && hasImage(hotkey)) },
    {
      kind: 'source-audits',
      hotkeys: sourceAudit === 'required' ? open.filter((hotkey) => !isRead(hotkey)) : [],
    },
  ]
  const needed = found.filter((each) => 'hotkeys' in each && each.hotkeys.length > 0)
  if (prompts > 0 && round.winner === undefined) needed.unshift({ kind: 'baseline', prompts })
  return needed.length > 0 ? needed : [{ kind: 'winner' }]
}

/** Whether nothing but audits and what they rest on is waited for: those have a deadline of their own. */
export const isOnlyAudits = (missing: readonly Missing[]): boolean =>
  missing.every(({ kind }) => kind === 'images' || kind === 'generation-audits' || kind === 'source-audits')

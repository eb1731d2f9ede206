/** One match: which duels need no judge, what the duels add up to, and what an audit must look at closely. */
import type { DuelWinner, MatchReport } from '../state/duels.ts'
import type { Output, Outputs } from '../state/outputs.ts'
import { PythonRandom } from './random.ts'

/** The lead that an audit's ordinary tolerance could undo, as a fraction of the prompts. */
const MAX_MISMATCHED_MARGIN = 0.05

export interface OvertimeLimits {
  readonly maxSeconds: number
  /** Share of the prompts that may take longer without a penalty. */
  readonly toleranceRatio: number
}

/** Prompts on which a side was too slow, after the first tolerated ones in the order of the prompts. */
export function penalised(stems: readonly string[], outputs: Outputs, limits: OvertimeLimits): Set<string> {
  const late = stems.filter((stem) => (outputs[stem]?.generation_time ?? 0) > limits.maxSeconds)
  return new Set(late.slice(Math.floor(stems.length * limits.toleranceRatio)))
}

export interface Settled {
  readonly winner: DuelWinner
  readonly issues: string
}

/**
 * The outcome of a duel that needs no judge; undefined when a judge has to look.
 * @param voided why its prompt counts for nobody
 * @param alike whether two models that look the same are a draw as well
 */
export function settle(
  stem: string,
  left: Output | undefined,
  right: Output | undefined,
  penalised: { left: ReadonlySet<string>; right: ReadonlySet<string> },
  voided?: string,
  alike = false,
): Settled | undefined {
  if (voided !== undefined) return { winner: 'skipped', issues: `void: ${voided}` }
  if (!left?.png && !right?.png) return { winner: 'draw', issues: `No previews for ${stem}` }
  if (!left?.png) return { winner: 'right', issues: `No preview for ${stem} from left` }
  if (!right?.png) return { winner: 'left', issues: `No preview for ${stem} from right` }

  const late = { left: penalised.left.has(stem), right: penalised.right.has(stem) }
  if (late.left && late.right) return { winner: 'draw', issues: 'Generation time exceeded for both' }
  if (late.left) return { winner: 'right', issues: 'Generation time exceeded for left' }
  if (late.right) return { winner: 'left', issues: 'Generation time exceeded for right' }

  if (left.glb_sha256 !== undefined && left.glb_sha256 === right.glb_sha256)
    return { winner: 'draw', issues: 'Identical models' }
  if (alike && (isSame(left.png_sha256, right.png_sha256) || isSame(left.pixels_sha256, right.pixels_sha256)))
    return { winner: 'draw', issues: 'Identical previews' }
  return undefined
}

const isSame = (left: string | undefined, right: string | undefined) => left !== undefined && left === right

/** What a duel came to. */
export interface Played {
  readonly winner: DuelWinner
  /** Why a judge that was asked gave no verdict. */
  readonly void?: string | undefined
}

/** Whether a duel is a part of the margin: not if a judge was asked and gave no verdict, which is nobody's loss. */
export const counts = ({ winner, void: cause }: Played): boolean => winner !== 'skipped' || cause === undefined

/** Share of a match's duels that may be void. */
const MAX_VOID = 0.1

/** Whether so many duels are void that a match is not decided by the others, and has to be taken up again. */
export function isUndecided(duels: readonly Played[]): boolean {
  return duels.filter((duel) => !counts(duel)).length > MAX_VOID * duels.length
}

/** Right wins minus left wins, and that as a fraction of the duels that count; positive favours the challenger. */
export function scoreOf(duels: readonly Played[]): { score: number; margin: number } {
  let score = 0
  let counted = 0
  for (const duel of duels) {
    score += duel.winner === 'right' ? 1 : duel.winner === 'left' ? -1 : 0
    if (counts(duel)) counted += 1
  }
  return { score, margin: counted === 0 ? 0 : score / counted }
}

/** The margin when a side's win counts only on prompts that its own image reproduced. */
export function confirmedMargin(
  duels: readonly (Played & { name: string })[],
  mismatched: { left: ReadonlySet<string>; right: ReadonlySet<string> },
): number {
  const unearned = ({ name, winner }: Played & { name: string }) =>
    (winner === 'left' || winner === 'right') && mismatched[winner].has(name)
  return scoreOf(duels.map((duel) => (unearned(duel) ? { winner: 'draw' as const } : duel))).margin
}

/** The win margin itself is enough. */
export function takesOver(margin: number, winMargin: number): boolean {
  return margin >= winMargin
}

export interface CriticalInput {
  readonly seed: number
  readonly winMargin: number
  readonly maxMismatchedMargin?: number
}

/**
 * Stems of won duels without which a narrow win would not be one; none when the lead is beyond doubt.
 * The audit tolerates hardly any mismatch on them.
 */
export function criticalPrompts(report: MatchReport, input: CriticalInput): string[] {
  const { seed, winMargin, maxMismatchedMargin = MAX_MISMATCHED_MARGIN } = input
  if (report.margin >= maxMismatchedMargin + winMargin) return []
  const won = report.duels.filter(({ winner }) => winner === 'right').map(({ name }) => name)
  const count = Math.max(1, Math.ceil(report.duels.filter(counts).length * winMargin))
  return count >= won.length ? won : new PythonRandom(seed).sample(won, count)
}

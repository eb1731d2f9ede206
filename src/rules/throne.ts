/** What it takes to take over from a defender: the margin alone, or one that chance does not explain as well. */
import type { Judging } from '../state/judging.ts'
import type { Tally } from './margin-interval.ts'
import { exceeds, type Significance } from './margin-test.ts'
import { takesOver } from './match.ts'

export interface Throne {
  readonly winMargin: number
  /** Absent where the margin alone decides. */
  readonly significance?: Significance | undefined
  /** What the would-be king has to show to a second judge before the crown; absent where none is asked. */
  readonly confirmation?: Significance | undefined
}

/** What a match came to. */
export interface Standing {
  readonly margin: number
  /** Undefined where the single duels are not on record. */
  readonly tally?: Tally | undefined
}

/** How a round stands, as far as it decides who takes over. */
export interface Standings extends Throne {
  /** The recorded margin of a match, defender left; undefined while it has not been judged. */
  margin(left: string, right: string): number | undefined
  /** Its duels counted; needed where significance is, of matches that reach the win margin. */
  tally?(left: string, right: string): Tally | undefined
  /** What the second judge makes of a hotkey against the leader; undefined while it was not asked. */
  secondOpinion?(hotkey: string): Standing | undefined
}

export const DEFAULT_ERROR = 0.05

/**
 * By `config.judging`. Under `familywise` the error is shared by everybody who entered, as many tests as there are chances to
 * be crowned by luck: of K tests at error/K one passes wrongly with a probability of at most `error`, however they
 * depend on each other. The number is known when the window closes, and nothing that happens in a round changes it.
 *
 * C. E. Bonferroni: Teoria statistica delle classi e calcolo delle probabilità. Pubbl. R. Ist. Sup. Sci. Econ. Comm.
 * Firenze 8 (1936) 3-62; O. J. Dunn: Multiple comparisons among means. J. Am. Stat. Assoc. 56 (1961) 52-64.
 *
 * @param challengers how many entered the round
 */
export function throneOf(winMargin: number, judging: Judging | undefined, challengers: number): Throne {
  const { throne = 'fixed', throne_error: error = DEFAULT_ERROR, throne_floor: floor = 0 } = judging ?? {}
  if (throne === 'fixed') return { winMargin }
  if (throne === 'significant') return { winMargin, significance: { error, floor } }
  const significance = { error: error / Math.max(1, challengers), floor }
  return { winMargin, significance, confirmation: { error, floor } }
}

/** The one rule: the win margin is reached, and chance is ruled out where that is asked for. */
export function prevails(
  { margin, tally }: Standing,
  { winMargin, significance }: Omit<Throne, 'confirmation'>,
): boolean {
  if (!takesOver(margin, winMargin)) return false
  return significance === undefined || (tally !== undefined && exceeds(tally, significance))
}

/** Whether a challenger takes over from a defender; undefined while they have not met. */
export function beats(standings: Standings, left: string, right: string): boolean | undefined {
  const margin = standings.margin(left, right)
  return margin === undefined ? undefined : prevails({ margin, tally: standings.tally?.(left, right) }, standings)
}

/** Whether the second judge would crown a hotkey too, on its own: true where none is asked, undefined while it was not. */
export function isConfirmed(standings: Standings, hotkey: string): boolean | undefined {
  const { winMargin, confirmation } = standings
  if (confirmation === undefined) return true
  const standing = standings.secondOpinion?.(hotkey)
  return standing && prevails(standing, { winMargin, significance: confirmation })
}

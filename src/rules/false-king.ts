/** How likely a round crowns somebody although nobody is better than the leader. */
import type { Duel } from '../state/duels.ts'
import type { Throne } from './throne.ts'
import { winChance, winningLine } from './win-chance.ts'

export interface EqualRound {
  /** How many challenge the leader. */
  readonly challengers: number
  /** Duels in a match. */
  readonly prompts: number
  /** What it takes to beat the leader; a second judge is left out of it, who can only lower the chance. */
  readonly throne: Omit<Throne, 'confirmation'>
  /** Share of duels between equals that either side wins. */
  readonly decisiveRate: number
}

/**
 * The probability that at least one of the challengers reaches the win margin, when each is exactly as good as the
 * leader: 1 - (1 - p)^challengers, where p is the exact probability that one of them beats it, each side winning a duel
 * with `decisiveRate`/2.
 *
 * Of the succession only its beginning is modelled, and no more is needed: the leader loses the crown exactly when
 * somebody qualifies, and whatever the qualified do to each other only decides which equal it goes to. Audits are taken
 * to pass. Matches count as independent; they share the prompts and the leader's outputs, and copies share everything,
 * so that with many of them the true chance lies between p and this.
 */
export function falseKingChance({ challengers, prompts, throne, decisiveRate }: EqualRound): number {
  const once = winChance(winningLine(prompts, throne), { decisiveRate, strength: 0 })
  return -Math.expm1(challengers * Math.log1p(-Math.min(1, once)))
}

/** Where both sides had something to show: the rest is decided by who delivered, not by who is better. */
const isContested = ({ left_png, right_png }: Pick<Duel, 'left_png' | 'right_png'>) =>
  Boolean(left_png) && Boolean(right_png)

type Seen = Pick<Duel, 'winner' | 'left_png' | 'right_png'>

/**
 * What matches against the leader say about duels between equals: how many challengers showed anything at all, and the
 * median over them of the share of contested duels that either side won. The median, because the matches of the hopeless
 * are decided more often than those of equals. Undefined when nothing was contested.
 */
export function contestOf(matches: readonly { duels: readonly Seen[] }[]) {
  const rates = matches
    .map(({ duels }) => duels.filter(isContested))
    .filter((duels) => duels.length > 0)
    .map((duels) => duels.filter(({ winner }) => winner === 'left' || winner === 'right').length / duels.length)
    .sort((a, b) => a - b)
  const [low, high] = [rates[(rates.length - 1) >> 1], rates[rates.length >> 1]]
  if (low === undefined || high === undefined) return undefined
  return { challengers: rates.length, decisiveRate: (low + high) / 2 }
}

/** How likely a challenger of a given strength takes over, before a duel was played. */
import { binomial, binomialTail } from './binomial.ts'
import { prevails, type Throne } from './throne.ts'

export interface Strength {
  /** Share of duels that either side wins. */
  readonly decisiveRate: number
  /** The true margin: what the challenger wins more of all duels than the defender; -1 to 1, 0 between equals. */
  readonly strength: number
}

/** By number of decided duels, the fewest that a challenger has to win of them to take over; one more than all where none are enough. */
export type WinningLine = readonly number[]

/** More wins of as many decided duels are always enough as well. @param prompts duels in a match */
export function winningLine(prompts: number, throne: Omit<Throne, 'confirmation'>): WinningLine {
  return Array.from({ length: prompts + 1 }, (_, decided) => {
    let [short, enough] = [-1, decided + 1]
    while (enough - short > 1) {
      const right = (short + enough) >> 1
      const left = decided - right
      const won = prevails({ margin: (right - left) / prompts, tally: { right, left, duels: prompts } }, throne)
      if (won) enough = right
      else short = right
    }
    return enough
  })
}

/**
 * The exact probability, prompts taken as independent draws from the pool: the number d of decided duels is binomial, and of
 * those the challenger wins a binomial number with chance (1 + strength/decisiveRate)/2. Where nobody could be so strong with
 * so few decided duels, as many are decided as it takes.
 */
export function winChance(line: WinningLine, { decisiveRate, strength }: Strength): number {
  const prompts = line.length - 1
  if (prompts === 0) return 0
  const rate = Math.max(decisiveRate, Math.abs(strength))
  const edge = rate === 0 ? 0 : strength / rate
  let chance = 0
  for (const [decided, enough] of line.entries()) {
    const weight = binomial(prompts, decided, rate)
    if (enough <= decided && weight > NEGLIGIBLE) chance += weight * binomialTail(decided, enough, (1 + edge) / 2)
  }
  return Math.min(1, chance)
}

const NEGLIGIBLE = 1e-18

/** A match as 404-GEN's own tool writes it: by prompt in one file, or a file a duel and one with all. */
import { counts } from '../rules/match.ts'
import type { Duel, MatchReport } from '../state/duels.ts'

const OUTCOMES: Readonly<Record<Duel['winner'], number>> = { left: -1, draw: 0, right: 1, skipped: 0 }

/** `{"<prompt>": {"outcome": -1, 0 or 1, "issues"}}`; what has no verdict is 0 there, too, and says so in `error`. */
export function originalDuels({ duels }: Pick<MatchReport, 'duels'>): string {
  const entries = duels.map((duel) => {
    const { name, winner, issues } = duel
    return [name, { outcome: OUTCOMES[winner], issues, ...(counts(duel) ? {} : { error: true }) }] as const
  })
  return JSON.stringify(Object.fromEntries(entries), null, 2)
}

/** File names and contents: `<stem>.json` each, and `duels.json`. A winner without a verdict is a draw there. */
export function originalResults({ duels }: Pick<MatchReport, 'duels'>): ReadonlyMap<string, string> {
  const results = duels.map((duel) => ({
    stem: duel.name,
    prompt_url: duel.prompt,
    winner: duel.winner === 'skipped' ? 'draw' : duel.winner,
    detail: { issues: duel.issues, ...(duel.pair && { pair: duel.pair }), ...(duel.void && { void: duel.void }) },
  }))
  const text = (value: unknown) => JSON.stringify(value, null, 2)
  return new Map([
    ...results.map((result) => [`${result.stem}.json`, text(result)] as const),
    ['duels.json', text({ results })] as const,
  ])
}

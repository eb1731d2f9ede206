/** The table of what is caught, as docs/verification.md shows it. */

export interface Outcome {
  readonly crime: string
  readonly seed: number
  readonly what: string
  /** Codes of what is wrong or has to be explained, at the commit that was tampered with and at others. */
  readonly there: readonly string[]
  readonly elsewhere: readonly string[]
}

export const isCaught = ({ there }: Outcome) => there.length > 0

export function tableOf(outcomes: readonly Outcome[], caughtBy: (crime: string) => string): string {
  const rows = [...Map.groupBy(outcomes, ({ crime }) => crime)].map(([crime, all]) => {
    const caught = all.filter(isCaught).length
    const told = mostOften(all.flatMap(({ there }) => there))
    return `| ${crime} | ${caughtBy(crime)} | ${caught} of ${all.length} | ${told.map((code) => `\`${code}\``).join(', ')} |`
  })
  return ['| The change | Told by | Caught, commit named | Mostly as |', '|---|---|---|---|', ...rows].join('\n')
}

function mostOften(codes: readonly string[]): string[] {
  const counts = [...Map.groupBy(codes, (code) => code)].map(([code, all]) => ({ code, count: all.length }))
  return counts
    .sort((a, b) => b.count - a.count)
    .slice(0, 2)
    .map(({ code }) => code)
}

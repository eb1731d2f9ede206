/** What checks of a single commit say, kept to be said later: plain data, which may come from another thread. */
import type { Decision } from '../decision.ts'
import type { Reporter } from '../step.ts'

export type Told =
  | { readonly kind: 'finding'; readonly said: Parameters<Reporter['finding']> }
  | { readonly kind: 'decision'; readonly said: Parameters<Reporter['decision']> }
  | { readonly kind: 'open'; readonly said: Parameters<Reporter['open']> }

/** Writes down what it is told, in `told`. */
export class Recorder implements Reporter {
  readonly told: Told[] = []

  finding(...said: Parameters<Reporter['finding']>): void {
    this.told.push({ kind: 'finding', said })
  }

  decision(...[made]: Parameters<Reporter['decision']>): void {
    this.told.push({ kind: 'decision', said: [{ ...made, ...detached(made) }] })
  }

  open(...said: Parameters<Reporter['open']>): void {
    this.told.push({ kind: 'open', said })
  }
}

export function retell(told: readonly Told[], report: Reporter): void {
  for (const { kind, said } of told) {
    if (kind === 'finding') report.finding(...said)
    else if (kind === 'decision') report.decision(...said)
    else report.open(...said)
  }
}

/** Copies, for good: a part of a text that was read would keep all of that text in memory. One, where both are equal. */
function detached({ recorded, recomputed }: Pick<Decision, 'recorded' | 'recomputed'>) {
  const [before, after] = [JSON.stringify(recorded), JSON.stringify(recomputed)]
  const copy = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text))
  const copied = copy(before)
  return { recorded: copied, recomputed: before === after ? copied : copy(after) }
}

/** What would become of a hotkey's reveals if the window closed now: the selection itself, looked at from one hotkey. */
import type { Reveal } from '../chain/chain.ts'
import type { RevealRecord } from '../state/reveals.ts'
import type { Submission } from '../state/submissions.ts'
import { type Selection, selectSubmissions } from './reveals.ts'

export interface Outlook {
  /** As it would stand in `reveals.json`; undefined while the hotkey has revealed nothing in the window. */
  readonly record: RevealRecord | undefined
  /** As it would stand in `submissions.json`; undefined unless the record's outcome is `accepted`. */
  readonly entry: Submission | undefined
  /** Among all entries, the first being 1. */
  readonly place: number | undefined
  readonly entries: number
  /** What the hotkey revealed before the window or after it; nothing of it counts (`outside-window`). */
  readonly outside: readonly Reveal[]
}

/**
 * @param selection everybody's reveals, since others decide who comes first. A reveal that is still to come may be added
 *   to it: what does it change?
 */
export function outlookOf(selection: Selection, hotkey: string): Outlook {
  const { earliest, latest } = selection.window
  const { submissions, records } = selectSubmissions(selection)
  const order = Object.keys(submissions)
  const place = order.indexOf(hotkey) + 1
  return {
    record: records.find((record) => record.hotkey === hotkey),
    entry: place === 0 ? undefined : submissions[hotkey],
    place: place === 0 ? undefined : place,
    entries: order.length,
    outside: selection.reveals.filter(
      (reveal) => reveal.hotkey === hotkey && (reveal.block < earliest || reveal.block > latest),
    ),
  }
}

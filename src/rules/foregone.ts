/** Who can still win a round, whatever open audits and matches that were not judged may bring; and which match could settle it. */
import { LEADER } from '../state/winner.ts'
import { beats } from './throne.ts'
import type { Pairing, TimelineInput } from './timeline.ts'

export interface Foregone {
  /** Who wins in any case. */
  readonly winner: string | undefined
  /** Whoever reigns in any case before the turn of `queue`, who were not heard of yet. */
  readonly certain: string
  readonly queue: readonly string[]
  /** A match that may settle the round without the audits of those who reigned before. */
  readonly next: Pairing | undefined
}

/**
 * All that can reign after each challenger's turn, exactly: every match is met once and every audit asked about once, so that
 * one turn does not depend on another's outcome, and sets of who may reign say all there is to say. A match that was not
 * judged may be won or lost. A challenger whose audit is open may take over, or never have taken part. Under `v1` an open audit
 * may take wins away from whoever it is about, never add any: what it lost as a challenger it has lost, but whoever it
 * beat as a defender may yet have beaten it.
 *
 * Once somebody reigns in any case, nothing that came before can matter any more: neither matches, nor audits. So where
 * a challenger has passed its audits, it is tried against all who may reign at its turn before those meet each other, unless
 * one of them is known to stand up to it: as many matches as their meetings, and if it wins them all, the audits of the
 * others cannot matter, nor can the matches that would follow upon their failing.
 *
 * @param qualified who beat the leader, in order of reveal, without those who were rejected
 */
export function foregone(line: TimelineInput, qualified: readonly string[]): Foregone {
  const reigns: ReadonlySet<string>[] = [new Set([LEADER])]
  for (const right of qualified) reigns.push(after(line, reigns.at(-1) as ReadonlySet<string>, right))
  const at = reigns.findLastIndex(({ size }) => size === 1)
  const [certain = LEADER] = reigns[at] ?? []
  const queue = qualified.slice(at)
  return {
    winner: queue.length === 0 ? certain : undefined,
    certain,
    queue,
    next: trial(line, queue, reigns.slice(at)),
  }
}

/** Who may reign after the turn of a challenger. */
function after(line: TimelineInput, reigns: ReadonlySet<string>, right: string): Set<string> {
  const next = new Set<string>()
  for (const left of reigns) {
    const { win, lose } = mayEnd(line, left, right)
    if (lose || !line.approved.has(right)) next.add(left)
    if (win) next.add(right)
  }
  return next
}

function mayEnd(line: TimelineInput, left: string, right: string): { win: boolean; lose: boolean } {
  const won = left === LEADER ? true : beats(line, left, right)
  return {
    win: won !== false || (line.provisional?.has(left) ?? false),
    lose: won !== true || (line.provisional?.has(right) ?? false),
  }
}

/** @param reigns who may reign before the turn of each in the queue */
function trial(
  line: TimelineInput,
  queue: readonly string[],
  reigns: readonly ReadonlySet<string>[],
): Pairing | undefined {
  const at = queue.findLastIndex((hotkey) => line.approved.has(hotkey))
  const right = queue[at]
  const rivals = [...(reigns[at] ?? [])].filter((hotkey) => hotkey !== LEADER)
  if (right === undefined || rivals.some((left) => beats(line, left, right) === false)) return undefined
  const left = line.order.find((hotkey) => rivals.includes(hotkey) && beats(line, hotkey, right) === undefined)
  return left === undefined ? undefined : { left, right }
}

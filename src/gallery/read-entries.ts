import type { Snapshot } from '../engine/snapshot.ts'
import { takesOver } from '../rules/match.ts'
import {
  files,
  type GenerationAudits,
  LEADER,
  type RevealRecord,
  type SourceAudits,
  type Submissions,
} from '../state/index.ts'
import type { EntryView, Fate, Person } from './views.ts'

export interface Standing {
  readonly winner: string | undefined
  readonly winMargin: number
  readonly generation: GenerationAudits
  readonly source: SourceAudits
  margin(left: string, right: string): number | undefined
  /** Whether it beat the leader, by the rules of the throne. */
  beat(hotkey: string): boolean
  /** Whether a second judge would crown it too; undefined while none was asked. */
  confirmed(hotkey: string): boolean | undefined
}

/** Everybody who revealed something in the window, in order, and what became of it. */
export async function readEntries(
  snapshot: Snapshot,
  round: number,
  submissions: Submissions,
  standing: Standing,
  person: (hotkey: string) => Person,
): Promise<EntryView[]> {
  const reveals = (await snapshot.find(files.reveals, round))?.hotkeys ?? []
  const refused = reveals.filter(({ outcome }) => outcome !== 'accepted').map(refusedEntry)
  const entered = Object.entries(submissions).map(async ([hotkey, submission]): Promise<EntryView> => {
    const submitted = await snapshot.find(files.submitted, round, hotkey)
    return {
      person: person(hotkey),
      commit: submission.commit,
      cdnUrl: submission.cdn_url,
      block: submission.revealed_at_block,
      margin: standing.margin(LEADER, hotkey),
      delivered: submitted && Object.values(submitted).filter(({ png }) => png !== null).length,
      fate: fateOf(hotkey, standing),
    }
  })
  return [...(await Promise.all(entered)), ...refused]
}

function refusedEntry({ hotkey, outcome, reason, reveals }: RevealRecord): EntryView {
  return {
    person: { hotkey, repo: undefined, isLeader: false },
    commit: undefined,
    cdnUrl: undefined,
    block: reveals.at(-1)?.block,
    delivered: undefined,
    margin: undefined,
    fate: { kind: 'refused', text: outcome, reason },
  }
}

/** What became of an entry, in a few words; audits speak before margins. */
export function fateOf(
  hotkey: string,
  { winner, winMargin, generation, source, margin, beat, confirmed }: Standing,
): Fate {
  if (winner === hotkey) return { kind: 'won', text: 'won the round', reason: '' }
  const review = source.find((audit) => audit.hotkey === hotkey)
  if (review?.verdict === 'failed')
    return { kind: 'rejected', text: 'failed the review of its source', reason: review.reason }
  const audit = generation[hotkey]
  if (audit?.outcome === 'rejected') return { kind: 'rejected', text: 'failed its audit', reason: audit.reason }
  const against = margin(LEADER, hotkey)
  if (against === undefined) return { kind: 'open', text: 'not judged', reason: '' }
  if (beat(hotkey)) {
    if (confirmed(hotkey) === false)
      return { kind: 'beaten', text: 'beat the leader, but not before the second judge', reason: '' }
    const text = winner === undefined ? 'beat the leader' : 'beat the leader, but not who came after'
    return { kind: 'strong', text, reason: '' }
  }
  return { kind: 'beaten', text: shortfall(against, winMargin), reason: '' }
}

function shortfall(margin: number, winMargin: number): string {
  if (takesOver(margin, winMargin)) return 'better by the margin, but that could be chance'
  return margin > 0 ? 'better, but short of the margin' : 'did not beat the leader'
}

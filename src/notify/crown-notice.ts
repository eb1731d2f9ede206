/** Who reigns after a round, by what margin, and what the crown is worth now. Pure. */
import { currentLeader, leaderIn } from '../rules/leader.ts'
import type { LeaderEntry } from '../state/leader.ts'
import { LEADER } from '../state/winner.ts'
import { plain } from '../verify/report/text.ts'
import type { Fact, Notice } from './notifier.ts'
import type { Places } from './places.ts'
import type { Step } from './step.ts'

export function crownNotice(step: Step, places: Places): Notice {
  const { before, after, winner, at, commit } = step
  const round = before.state.current_round
  const was = leaderIn(before.leaders, round)
  const now = currentLeader(after.leaders)
  const isNew =
    now !== undefined && (now.repo !== was?.repo || now.commit !== was?.commit || now.hotkey !== was?.hotkey)
  const fresh = { event: 'crown', at, links: places.commit(commit) } as const
  if (winner?.void !== undefined) {
    return {
      ...{ ...fresh, tone: 'warning', title: `Round ${round} came to nothing`, facts: reigns('Leader', now) },
      text: 'The crown stays as it was, and its weight too.',
    }
  }
  if (isNew) {
    return {
      ...{ ...fresh, tone: 'good', title: `Round ${round}: a new leader`, text: '' },
      facts: [...reigns('Leader', now), ...reigns('Before', was), ...margin(step, winner?.winner_hotkey)],
    }
  }
  return {
    ...{ ...fresh, tone: 'plain', title: `Round ${round}: the crown is defended`, text: '' },
    facts: [...reigns('Leader', now), ...closest(step)],
  }
}

const reigns = (name: string, entry: LeaderEntry | undefined): Fact[] =>
  entry === undefined ? [] : [{ name, value: described(entry) }]

function described({ hotkey, repo, commit, weight, effective_block: block }: LeaderEntry): string {
  const code = repo && commit ? ` (${plain(repo, 80)}@${plain(commit, 40).slice(0, 7)})` : ''
  return `${plain(hotkey, 60)}${code}, weight ${weight} from block ${block}`
}

/** Of the contest against the leader; a throne that was taken over several has more in its reports. */
function margin({ matrix, config }: Step, hotkey: string | undefined): Fact[] {
  const row = matrix.findLast(({ left, right }) => left === LEADER && right === hotkey)
  return row === undefined
    ? []
    : [{ name: 'Margin', value: `${signed(row.margin)} (needed ${signed(config.win_margin)})` }]
}

function closest({ matrix, config }: Step): Fact[] {
  const rows = matrix.filter(({ left }) => left === LEADER)
  const best = rows.toSorted((a, b) => b.margin - a.margin)[0]
  if (best === undefined) return []
  const value = `${plain(best.right, 60)} with ${signed(best.margin)} (needed ${signed(config.win_margin)})`
  return [{ name: 'Closest challenger', value }]
}

const signed = (value: number) => `${value > 0 ? '+' : ''}${(100 * value).toFixed(1)} %`

/** What it would take for a round to have another winner: verdicts that were others, audits that end as nobody knows yet. */
import { LEADER } from '../state/winner.ts'
import { beats, isConfirmed } from './throne.ts'
import { confirmationOf, type Pairing, type TimelineInput, timeline } from './timeline.ts'

/** One way in which the winner would not be the one that it is. */
export interface Upset {
  /** Verdicts that have to be others. */
  readonly flips: number
  /** The matches that they turn. */
  readonly turned: readonly Pairing[]
  /** What open audits would have to bring. */
  readonly passed: readonly string[]
  readonly failed: readonly string[]
  /** Who would win; undefined where that cannot be told. */
  readonly winner: string | undefined
  /** Why it cannot: a match that was never judged, or whose wins an open audit may still take away. */
  readonly missing?: Pairing
  readonly unaudited?: string
}

type Path = Omit<Upset, 'winner'>

const START: Path = { flips: 0, turned: [], passed: [], failed: [] }

/**
 * The upset of the fewest flips, of those the one that supposes least about open audits; undefined when nothing can
 * change the winner. That the winner could no longer be told (a match that was never judged, or an open audit) counts as
 * a change. Audits that are known stay as they are.
 *
 * Exact: challengers come one after another and each match is met once, so that the cheapest way to any defender's
 * reign extends the cheapest way to the reign before. Cost: the square of the number of challengers.
 *
 * @param flips the fewest that turn a match on record; undefined when none do
 */
export function cheapestUpset(
  line: TimelineInput,
  winner: string,
  flips: (left: string, right: string, confirmation?: true) => number | undefined,
): Upset | undefined {
  const unknown: Upset[] = []
  const confirmation = (hotkey: string) => ({ cost: flips(LEADER, hotkey, true), match: confirmationOf(hotkey) })
  // What such a round leaves unjudged may end either way; what that leads to is told only where it does not matter.
  const sparing = line.sparing && line.confirmation === undefined
  let reigns = new Map<string, Path>([[LEADER, START]])
  for (const right of line.order) {
    if (line.rejected.has(right)) continue
    const next = new Map<string, Path>()
    const reach = (defender: string, path: Path) => {
      const known = next.get(defender)
      if (known === undefined || isCheaper(path, known)) next.set(defender, path)
    }
    const isOpen = !line.approved.has(right)
    const crown = (path: Path) => {
      const isProvisional = line.provisional?.has(right)
      if (isProvisional && !sparing) unknown.push({ ...path, winner: undefined, unaudited: right })
      else
        reach(
          right,
          isOpen ? { ...path, passed: [...path.passed, right], ...(isProvisional && { unaudited: right }) } : path,
        )
    }
    const meet = (path: Path, left: string, then: { won(path: Path): void; lost(path: Path): void }) => {
      const won = beats(line, left, right)
      if (won === undefined) {
        const untold = { ...path, missing: { left, right } }
        if (!sparing) return void unknown.push({ ...untold, winner: undefined })
        then.won(untold)
        return then.lost(untold)
      }
      if (sparing && !won && line.provisional?.has(left)) then.won({ ...path, unaudited: left })
      const cost = flips(left, right)
      then[won ? 'won' : 'lost'](path)
      if (cost !== undefined) then[won ? 'lost' : 'won'](turned(path, cost, { left, right }))
    }
    // Whom the second judge did not confirm never took part, unless that verdict was another.
    const isOut = isConfirmed(line, right) === false
    const { cost: pardon, match: heard } = isOut ? confirmation(right) : { cost: 0, match: undefined }
    for (const [defender, known] of reigns) {
      if (isOut) reach(defender, known)
      if (pardon === undefined) continue
      const path = heard === undefined ? known : turned(known, pardon, heard)
      const lost = (path: Path) => reach(defender, path)
      const won = (path: Path) => {
        if (isOpen) reach(defender, { ...path, failed: [...path.failed, right] })
        if (defender === LEADER) crown(path)
        else meet(path, defender, { won: crown, lost })
      }
      meet(path, LEADER, { won, lost })
    }
    reigns = next
  }
  const others = [...reigns].flatMap(([hotkey, path]): Upset[] => {
    if (hotkey === winner) return []
    if (path.missing !== undefined || path.unaudited !== undefined) return [{ ...path, winner: undefined }]
    const isUnheard = hotkey !== LEADER && isConfirmed(line, hotkey) === undefined
    return [isUnheard ? { ...path, winner: undefined, missing: confirmationOf(hotkey) } : { ...path, winner: hotkey }]
  })
  return [...others, ...unknown, ...deposed(line, winner, flips)].reduce<Upset | undefined>(
    (best, each) => (best === undefined || isCheaper(each, best) ? each : best),
    undefined,
  )
}

/** The way in which the second judge does not confirm the winner. */
function deposed(
  line: TimelineInput,
  winner: string,
  flips: (left: string, right: string, confirmation?: true) => number | undefined,
): Upset[] {
  if (line.confirmation === undefined || winner === LEADER || isConfirmed(line, winner) !== true) return []
  const cost = flips(LEADER, winner, true)
  if (cost === undefined) return []
  const secondOpinion = (hotkey: string) => (hotkey === winner ? NOT_CONFIRMED : line.secondOpinion?.(hotkey))
  const after = timeline({ ...line, secondOpinion })
  const path = turned(START, cost, confirmationOf(winner))
  const [unaudited] = after.waitingFor
  const open = after.next ? { missing: after.next } : unaudited === undefined ? {} : { unaudited }
  return [{ ...path, winner: after.winner, ...(after.winner === undefined && open) }]
}

const NOT_CONFIRMED = { margin: Number.NEGATIVE_INFINITY }

const turned = (path: Path, cost: number, match: Pairing): Path => ({
  ...path,
  flips: path.flips + cost,
  turned: [...path.turned, match],
})

const supposed = ({ passed, failed }: Path) => passed.length + failed.length
const isCheaper = (a: Path, b: Path) => a.flips < b.flips || (a.flips === b.flips && supposed(a) < supposed(b))

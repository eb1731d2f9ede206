/**
 * Winner stays in, as a fold over what is on record: everybody meets the leader, those who beat it challenge the
 * reigning one in order of reveal, and whoever fails an audit never took part. Nothing is remembered between calls.
 */
import { LEADER } from '../state/winner.ts'
import { foregone } from './foregone.ts'
import { beats, isConfirmed, type Standings } from './throne.ts'

/** Worlds that are looked at before giving up on deciding a round ahead of its audits. */
const MAX_OUTCOMES = 1024

export interface TimelineInput extends Standings {
  /** Hotkeys in order of reveal. */
  readonly order: readonly string[]
  readonly approved: ReadonlySet<string>
  readonly rejected: ReadonlySet<string>
  /** Hotkeys whose margins their audit may still change: nothing is settled ahead of it, unless `sparing`. */
  readonly provisional?: ReadonlySet<string>
  /** Whether no match is judged, and no audit waited for, that cannot change the winner any more. */
  readonly sparing?: boolean
}

export interface Pairing {
  readonly left: string
  readonly right: string
  /** The same match again, by the second judge: it is about the crown. */
  readonly confirmation?: true
}

export interface Timeline {
  /** Who beat the leader, and did not fail before the second judge; in order of reveal. */
  readonly qualified: string[]
  /** The succession of challengers that took over, the last of whom reigns. */
  readonly chain: string[]
  /** The match that is needed now. */
  readonly next: Pairing | undefined
  /** Who must be audited, in the order in which that became clear. */
  readonly requests: string[]
  /** Those of `requests` whose audits are still open while the round is. */
  readonly waitingFor: string[]
  /** A hotkey or `leader`, once settled. */
  readonly winner: string | undefined
  /** Matches of this timeline on record, and how many it takes in all, as far as can be told now. */
  readonly judged: number
  readonly needed: number
}

/**
 * Where a round stands. It is settled when no match is needed and every member of the chain is approved, or when
 * the same hotkey wins whatever the open audits may bring. Where a second judge is asked, it is about the last of the chain:
 * whoever it does not confirm never took part, and the next one may be last. So there are never more crowns to be had by
 * luck than there are challengers who passed the first judge by luck.
 */
export function timeline(input: TimelineInput): Timeline {
  const qualification = qualify(input)
  const { qualified } = qualification
  const candidates = qualification.candidates.length
  const asked = input.confirmation !== undefined && qualified.length > 0 ? 1 : 0
  const base = { qualified, needed: candidates + Math.max(0, qualified.length - 1) + asked }
  if (qualification.next !== undefined) {
    const requests = qualified.slice(0, 1)
    return {
      ...base,
      chain: [],
      next: qualification.next,
      requests,
      waitingFor: open(requests, input),
      winner: undefined,
      judged: qualification.judged,
    }
  }
  if (input.sparing && input.confirmation === undefined) return { ...base, ...spared(input, qualified, candidates) }
  const { chain, next, judged } = succeed(input, qualified)
  const winner = settledWinner(input, qualified)
  return {
    ...base,
    chain,
    next,
    requests: chain,
    waitingFor: winner === undefined ? open(chain, input) : [],
    winner,
    judged: candidates + judged,
  }
}

/** Likewise, from whoever reigns in any case. */
function spared(input: TimelineInput, qualified: readonly string[], candidates: number) {
  const { winner, certain, queue, next } = foregone(input, qualified)
  const from = certain === LEADER ? queue : [certain, ...queue]
  const line = succeed(input, from)
  const judged = candidates + line.judged
  const needed = candidates + Math.max(0, from.length - 1)
  const { chain } = line
  return {
    ...{ chain, requests: chain, winner, judged, needed },
    next: winner === undefined && line.next !== undefined ? (next ?? line.next) : undefined,
    waitingFor: winner === undefined ? open(chain, input) : [],
  }
}

/**
 * Who had to be audited over a whole round on record: the requests, again and again as the rejections that they led
 * to become known. Those who were rejected before they ever met the leader never took part.
 */
export function auditsRequired(input: TimelineInput): string[] {
  const known = new Set([...input.rejected].filter((hotkey) => input.margin(LEADER, hotkey) === undefined))
  const asked = new Set<string>()
  // A second judge is asked about one would-be king after another.
  const heard = new Set<string>()
  const secondOpinion = (hotkey: string) => (heard.has(hotkey) ? input.secondOpinion?.(hotkey) : undefined)
  for (;;) {
    const { requests, next } = timeline({ ...input, secondOpinion, rejected: known })
    for (const hotkey of requests) asked.add(hotkey)
    if (next?.confirmation && input.secondOpinion?.(next.right) !== undefined) {
      heard.add(next.right)
      continue
    }
    const found = [...asked].filter((hotkey) => input.rejected.has(hotkey) && !known.has(hotkey))
    if (found.length === 0) return [...asked]
    for (const hotkey of found) known.add(hotkey)
  }
}

/** Everybody who is not rejected against the leader, strictly in order. */
function qualify(input: TimelineInput) {
  const candidates = input.order.filter((hotkey) => !input.rejected.has(hotkey))
  const qualified: string[] = []
  for (const [judged, right] of candidates.entries()) {
    const won = beats(input, LEADER, right)
    if (won === undefined) return { candidates, qualified, judged, next: { left: LEADER, right } }
    if (won && isConfirmed(input, right) !== false) qualified.push(right)
  }
  return { candidates, qualified, judged: candidates.length, next: undefined }
}

export const confirmationOf = (hotkey: string): Pairing => ({ left: LEADER, right: hotkey, confirmation: true })

/** The qualified one after another against whoever reigns; the first has beaten the leader already. */
function succeed(
  input: TimelineInput,
  qualified: readonly string[],
): { chain: string[]; judged: number; next: Pairing | undefined } {
  const chain = qualified.slice(0, 1)
  for (const [judged, right] of qualified.slice(1).entries()) {
    const left = chain.at(-1) as string
    const won = beats(input, left, right)
    if (won === undefined) return { chain, judged, next: { left, right } }
    if (won) chain.push(right)
  }
  const judged = Math.max(0, qualified.length - 1)
  const king = chain.at(-1)
  if (king === undefined || input.confirmation === undefined) return { chain, judged, next: undefined }
  return isConfirmed(input, king) === undefined
    ? { chain, judged, next: confirmationOf(king) }
    : { chain, judged: judged + 1, next: undefined }
}

/** The winner in every world that the open audits can still lead to, if it is the same in all of them. */
function settledWinner(input: TimelineInput, qualified: readonly string[]): string | undefined {
  let winner: string | undefined
  let seen = 0
  for (const outcome of outcomes(input, qualified)) {
    if (outcome === undefined || outcome !== (winner ?? outcome) || ++seen > MAX_OUTCOMES) return undefined
    winner = outcome
  }
  return winner
}

/**
 * The winner of each possible world; undefined where a match is missing. It branches on the first open member of
 * the chain only: an audit of somebody who never takes over changes nothing.
 */
function* outcomes(input: TimelineInput, qualified: readonly string[]): Generator<string | undefined> {
  const { chain, next } = succeed(input, qualified)
  const hotkey = chain.find((member) => !input.approved.has(member))
  if (next !== undefined || (hotkey !== undefined && input.provisional?.has(hotkey))) yield undefined
  else if (hotkey === undefined) yield chain.at(-1) ?? LEADER
  else {
    yield* outcomes({ ...input, approved: new Set([...input.approved, hotkey]) }, qualified)
    yield* outcomes(
      input,
      qualified.filter((member) => member !== hotkey),
    )
  }
}

const open = (requests: readonly string[], { approved }: TimelineInput) =>
  requests.filter((hotkey) => !approved.has(hotkey))

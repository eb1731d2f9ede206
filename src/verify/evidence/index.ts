/** The evidence that a history names: counted always, looked at itself where somebody has a store. */
import type { Records } from '../../engine/records.ts'
import type { History } from '../../repo/history.ts'
import type { EvidenceFinding, EvidenceReport, Examination } from './examination.ts'
import { type EvidenceOptions, examine } from './examine.ts'
import type { Ledger } from './ledger.ts'
import { type Disagreement, type Rejudged, rejudge } from './rejudge.ts'

export type { EvidenceReport } from './examination.ts'
export type { EvidenceProgress } from './examine.ts'

export interface EvidenceRequest extends EvidenceOptions {
  /** Ask the judge again about so many duels. */
  readonly rejudge?: number
  /** The store was not named by whoever asks, but found beside the competition. */
  readonly found?: boolean
}

export interface EvidenceSummary extends EvidenceReport {
  /** Where the record says that the objects are published. */
  readonly published: string | null
  readonly found: boolean
  readonly rejudged: Rejudged | null
}

export interface EvidenceResult extends Omit<Examination, 'report'> {
  readonly summary: EvidenceSummary
  /** Findings of this run alone, which another draw would not have. */
  readonly passing: readonly EvidenceFinding[]
}

interface Place {
  readonly records: Records
  /** The commit after which the ledger begins. */
  readonly since: string | undefined
  readonly signal?: AbortSignal
}

/** @throws `unavailable`, `unauthorised`, `not-found` when the store does not answer; `aborted` */
export async function lookAtEvidence(
  history: History,
  ledger: Ledger,
  { records, since, signal = new AbortController().signal }: Place,
  request: EvidenceRequest | undefined,
): Promise<EvidenceResult> {
  const published = ledger.published ?? null
  if (request === undefined) {
    const nothing = {
      published,
      found: false,
      objects: null,
      previews: null,
      distances: null,
      verdicts: null,
      rejudged: null,
    }
    return { summary: { store: null, named: ledger.named, ...nothing }, findings: [], passing: [], weakened: [] }
  }
  const { report, findings, weakened } = await examine(history, ledger, since, request, signal)
  const rejudged = await rejudgeSome(records, request, signal)
  const disagreeing = findingsOf(rejudged, request, ledger, history.head)
  const known = new Set(findings.map(placeOf))
  return {
    summary: { ...report, published, found: request.found === true, rejudged },
    findings,
    passing: disagreeing.filter((finding) => !known.has(placeOf(finding))),
    weakened,
  }
}

const placeOf = ({ code, commit, path }: EvidenceFinding) => `${code} ${commit} ${path}`

async function rejudgeSome(records: Records, request: EvidenceRequest, signal: AbortSignal): Promise<Rejudged | null> {
  const { source, judge, rejudge: sample = 0 } = request
  if (sample === 0) return null
  const progress = (done: number, total: number) => request.progress?.({ what: 'asking the judge again', done, total })
  return rejudge(records, { source, judge, sample, signal, progress })
}

/** Of a judge that always answers the same, another answer is false; of others it is to be expected now and then. */
function findingsOf(
  rejudged: Rejudged | null,
  { judge }: EvidenceRequest,
  ledger: Ledger,
  head: string,
): EvidenceFinding[] {
  if (rejudged === null) return []
  const commits = new Map(ledger.namings.map(({ path, commit }) => [path, commit]))
  const groups = Map.groupBy(rejudged.disagreements, (each) => {
    const isFalse = judge.deterministic && each.judge === judge.id
    return `${isFalse ? 'evidence/verdict' : 'evidence/rejudge'} ${each.path}`
  })
  return [...groups].map(([key, all]) => {
    const [code, path] = key.split(' ') as ['evidence/verdict' | 'evidence/rejudge', string]
    const message = `Asked again, ${judge.id} answers otherwise: ${all.slice(0, 3).map(described).join('; ')}${more(all)}.`
    return { code, path, commit: commits.get(path) ?? head, message }
  })
}

const described = ({ name, recorded, again }: Disagreement) => `${name} is on record as ${recorded}, now it is ${again}`
const more = ({ length }: readonly Disagreement[]) => (length > 3 ? `; and ${length - 3} more` : '')

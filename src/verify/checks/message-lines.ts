/**
 * Histories without trailers: what the lines of a commit message say was written, and by whom. The wording is that of
 * the original's services, which join the lines of several files in one commit.
 */
import { files } from '../../state/files.ts'
import type { Located } from '../../state/locate.ts'
import type { AnyStateFile, Writer } from '../../state/state-file.ts'

interface Claim {
  readonly owner: Exclude<Writer, 'human'>
  readonly files: readonly AnyStateFile[]
  /** Of any round when the line names none. */
  readonly round?: number
  /** Beginnings of the hotkeys in the path, in its order; ten characters of each. */
  readonly names: readonly string[]
}

type Shape = readonly [RegExp, Claim['owner'], readonly AnyStateFile[]]

const { state, schedule, leader, seed, prompts, submissions, winner } = files

const SHAPES: readonly Shape[] = [
  [/^Seed, prompts and submissions for round (?<n>\d+)$/, 'collector', [state, seed, prompts, submissions]],
  [/^Round (?<n>\d+): (downloading|duels|finalizing)$/, 'collector', [state]],
  [/^Update submitted for round (?<n>\d+), miner (?<a>\S+)$/, 'collector', [files.submitted]],
  [/^Update generated for round (?<n>\d+), miner (?<a>\S+)$/, 'auditor', [files.generated]],
  [/^Update pod stats for round (?<n>\d+), miner (?<a>\S+)$/, 'auditor', [files.podStats]],
  [/^Update build statuses for round (?<n>\d+)$/, 'auditor', [files.builds]],
  [/^Update generation audits for round (?<n>\d+)$/, 'auditor', [files.generationAudits]],
  [/^Update source audits for round (?<n>\d+)$/, 'auditor', [files.sourceAudit]],
  [/^Match report: (?<a>\S+) vs (?<b>\S+)$/, 'judge', [files.duels]],
  [/^Update matches matrix for round (?<n>\d+)$/, 'judge', [files.matrix]],
  [/^Update audit requests for round (?<n>\d+)$/, 'judge', [files.requireAudit]],
  [/^Round (?<n>\d+) winner: (\S+)$/, 'judge', [winner]],
  [/^Update state \((finalizing|paused)\) for round \d+$/, 'judge', [state]],
]
/** `Update state (open), schedule, leader for round 1`: what is named was written, of the round that opens. */
const HAND_OVER =
  /^Update (?<parts>state \((?:open|finished|paused)\)(?:, schedule)?(?:, leader)?) for round (?<n>\d+)$/

/** How services word their lines, whatever they write. */
const SERVICE_LINE =
  /^(Update .+ for round \d+\b|Round \d+( winner)?: |(Match|Audit) report: .+ vs |Seed, prompts and )/

/** Whether a line reads like a service's, but is none that we know: newer ones write other things. */
export const hasNewerLine = (text: string): boolean =>
  text.split('\n').some((line) => SERVICE_LINE.test(line) && claimOf(line.trim()) === undefined)

export function claimsOf(text: string): Claim[] {
  return text.split('\n').flatMap((line) => claimOf(line.trim()) ?? [])
}

function claimOf(line: string): Claim | undefined {
  const handOver = HAND_OVER.exec(line)?.groups
  if (handOver !== undefined) {
    const parts = handOver.parts ?? ''
    const named = [
      state,
      ...(parts.includes('schedule') ? [schedule] : []),
      ...(parts.includes('leader') ? [leader] : []),
    ]
    return { owner: 'round-manager', files: named, round: Number(handOver.n), names: [] }
  }
  for (const [shape, owner, written] of SHAPES) {
    const found = shape.exec(line)
    if (found === null) continue
    const { n, a, b } = found.groups ?? {}
    const names = [a, b].filter((name) => name !== undefined)
    return { owner, files: written, names, ...(n === undefined ? {} : { round: Number(n) }) }
  }
  return undefined
}

/** Files of the claims of a commit that are not among those it changed. */
export function unkept(
  claims: readonly Claim[],
  changed: readonly { readonly located: Located | undefined }[],
): string[] {
  const isKept = (claim: Claim, file: AnyStateFile) =>
    changed.some(({ located }) => located?.file === file && speaksOf(claim, located))
  return claims.flatMap((claim) => claim.files.filter((file) => !isKept(claim, file)).map(({ name }) => name))
}

/** Who wrote a file, by the claims of its commit; undefined when no line speaks of it. */
export function claimant(claims: readonly Claim[], located: Located): Claim['owner'] | undefined {
  return claims.find((claim) => claim.files.includes(located.file) && speaksOf(claim, located))?.owner
}

function speaksOf(claim: Claim, { args: [round, ...subjects] }: Located): boolean {
  if (round !== undefined && claim.round !== undefined && claim.round !== round) return false
  return claim.names.every((name, at) => String(subjects[at]).startsWith(name))
}

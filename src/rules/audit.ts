/** What an audit makes of regenerated outputs, and where that leaves each hotkey. */
import type { AuditReason, GenerationAudit, GenerationAudits, SourceAudits } from '../state/audits.ts'
import type { Output, Outputs } from '../state/outputs.ts'

export interface AuditLimits {
  /** A prompt that took longer counts as a mismatch, seconds. */
  readonly generationSeconds: number
  /** Limit of the trimmed median of all times, seconds. */
  readonly medianSeconds: number
  /** How many of the fastest and of the slowest times the median leaves out. */
  readonly trimCount: number
  /** Tolerated mismatches on prompts that are not critical. */
  readonly mismatches: number
  /** Tolerated mismatches on critical prompts. */
  readonly criticalMismatches: number
  /** Image distance up to which two previews count as the same. */
  readonly acceptableDistance: number
}

/** Absolute counts, made for rounds of 128 prompts. */
export const LEGACY_AUDIT_LIMITS: AuditLimits = {
  generationSeconds: 180,
  medianSeconds: 90,
  trimCount: 6,
  mismatches: 6,
  criticalMismatches: 1,
  acceptableDistance: 0.1,
}

/** The legacy limits scaled to the prompts that are checked, so that delivering less buys no laxer audit. */
export function auditLimits(checked: number, ratio = 0.05): AuditLimits {
  const tolerated = Math.floor(ratio * checked)
  return { ...LEGACY_AUDIT_LIMITS, trimCount: tolerated, mismatches: tolerated }
}

export interface AuditInput {
  readonly hotkey: string
  readonly submitted: Outputs
  readonly generated: Outputs
  /** Stems of the audit request. */
  readonly critical: readonly string[]
  readonly limits: AuditLimits
  /** Stems of prompts that count for nobody. */
  readonly voided?: Voided | undefined
}

type Voided = Pick<ReadonlySet<string>, 'has'>

/** What an audit looks at: the prompts that a hotkey delivered, but for those that count for nobody. */
export function checkedPrompts(submitted: Outputs, voided?: Voided): string[] {
  return Object.keys(submitted).filter((stem) => isComplete(submitted[stem]) && !voided?.has(stem))
}

/** The verdict on one hotkey. Only prompts that it delivered are checked. */
export function auditVerdict(input: AuditInput): GenerationAudit {
  const { hotkey, submitted, generated, critical, limits, voided } = input
  const checked = checkedPrompts(submitted, voided)
  const results = checked.map((stem) => generated[stem])
  const isCritical = new Set(critical)
  const mismatched = checked.filter((stem) => isMismatch(generated[stem], limits))
  const failedCritical = mismatched.filter((stem) => isCritical.has(stem)).length
  const failed = mismatched.length - failedCritical
  const median = trimmedMedian(
    results.filter(isComplete).map((result) => result.generation_time),
    limits.trimCount,
  )

  const reasons: string[] = []
  const codes: AuditReason[] = []
  if (median !== undefined && median > limits.medianSeconds) {
    const seconds = (value: number) => `${value.toFixed(1)}s`
    codes.push('too-slow')
    reasons.push(`Trimmed median generation time (${seconds(median)}) exceeds limit (${seconds(limits.medianSeconds)})`)
  }
  if (failed > limits.mismatches) {
    codes.push('not-reproduced')
    reasons.push(`Non-critical mismatches (${failed}) exceed tolerance (${limits.mismatches})`)
  }
  if (failedCritical > limits.criticalMismatches) {
    codes.push('critical-not-reproduced')
    reasons.push(`Critical mismatches (${failedCritical}) exceed tolerance (${limits.criticalMismatches})`)
  }
  return {
    hotkey,
    outcome: reasons.length > 0 ? 'rejected' : 'passed',
    checked_prompts: checked.length,
    failed_prompts: failed,
    failed_critical: failedCritical,
    generation_time: median ?? null,
    reason: reasons.join('; '),
    ...(codes[0] !== undefined && { code: codes[0] }),
  }
}

type MatchLimits = Pick<AuditLimits, 'generationSeconds' | 'acceptableDistance'>

/** Delivered prompts that the hotkey's own image did not reproduce. */
export function mismatchedPrompts(submitted: Outputs, generated: Outputs, limits: MatchLimits): Set<string> {
  return new Set(
    Object.keys(submitted).filter((stem) => isComplete(submitted[stem]) && isMismatch(generated[stem], limits)),
  )
}

function isComplete(output: Output | undefined): output is Output {
  return Boolean(output?.glb && output.png)
}

function isMismatch(result: Output | undefined, limits: MatchLimits): boolean {
  return (
    !isComplete(result) ||
    result.generation_time > limits.generationSeconds ||
    result.distance > limits.acceptableDistance
  )
}

/** The median without the `trim` lowest and highest values, where more than twice as many exist. */
export function trimmedMedian(values: readonly number[], trim: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const kept = sorted.length > 2 * trim ? sorted.slice(trim, sorted.length - trim) : sorted
  const [low, high] = [kept[(kept.length - 1) >> 1], kept[kept.length >> 1]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}

export interface StandingInput {
  readonly generation: GenerationAudits
  readonly source: SourceAudits
  /** `waived`: nobody has to review source code; whoever fails a review is rejected all the same. */
  readonly sourceAudit: 'required' | 'waived'
}

/** Approved: both audits passed. Rejected: either one failed. Everybody else is still open. */
export function standing({ generation, source, sourceAudit }: StandingInput): {
  approved: Set<string>
  rejected: Set<string>
} {
  const withOutcome = (outcome: GenerationAudit['outcome']) =>
    Object.keys(generation).filter((hotkey) => generation[hotkey]?.outcome === outcome)
  const withVerdict = (verdict: 'passed' | 'failed') =>
    source.filter((audit) => audit.verdict === verdict).map(({ hotkey }) => hotkey)
  const rejected = new Set([...withOutcome('rejected'), ...withVerdict('failed')])
  const reviewed = new Set(withVerdict('passed'))
  const approved = withOutcome('passed').filter(
    (hotkey) => !rejected.has(hotkey) && (sourceAudit === 'waived' || reviewed.has(hotkey)),
  )
  return { approved: new Set(approved), rejected }
}

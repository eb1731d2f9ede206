import { z } from 'zod'
import { float, int } from './number.ts'

export const auditRequestSchema = z.looseObject({
  hotkey: z.string(),
  /** Stems that the audit holds to a stricter tolerance. */
  critical_prompts: z.array(z.string()),
})
export type AuditRequest = z.infer<typeof auditRequestSchema>

/** `rounds/N/require_audit.json`: unique by hotkey, append-only. */
export const auditRequestsSchema = z.array(auditRequestSchema)
export type AuditRequests = z.infer<typeof auditRequestsSchema>

export const generationAuditSchema = z.looseObject({
  hotkey: z.string(),
  outcome: z.enum(['pending', 'passed', 'rejected']).default('pending'),
  checked_prompts: int().default(0),
  failed_prompts: int().default(0),
  failed_critical: int().default(0),
  /** Trimmed median, seconds. */
  generation_time: float().nullable().default(null),
  reason: z.string().default(''),
})
export type GenerationAudit = z.infer<typeof generationAuditSchema>

/** `rounds/N/generation_audits.json`: by hotkey. */
export const generationAuditsSchema = z.record(z.string(), generationAuditSchema)
export type GenerationAudits = z.infer<typeof generationAuditsSchema>

export const sourceAuditSchema = z.looseObject({
  hotkey: z.string(),
  verdict: z.enum(['passed', 'failed']),
  reason: z.string().default(''),
})
export type SourceAudit = z.infer<typeof sourceAuditSchema>

/** `rounds/N/source_audit.json`: committed by a person. */
export const sourceAuditsSchema = z.array(sourceAuditSchema)
export type SourceAudits = z.infer<typeof sourceAuditsSchema>

import { z } from 'zod'
import { datetime } from './datetime.ts'
import { mapOf } from './map.ts'
import { float, int } from './number.ts'

export const auditRequestSchema = z.looseObject({
  hotkey: z.string(),
  critical_prompts: z.array(z.string()).describe('Stems that the audit holds to a stricter tolerance.'),
})
export type AuditRequest = z.infer<typeof auditRequestSchema>

/** `rounds/N/require_audit.json` */
export const auditRequestsSchema = z
  .array(auditRequestSchema)
  .describe('Challengers whose outputs have to be regenerated; unique by hotkey, append-only.')
export type AuditRequests = z.infer<typeof auditRequestsSchema>

/** Why an audit did not end well; closed. `void`: nobody is to blame for it but us, and it runs again. */
export const auditReasons = [
  'not-built',
  'not-started',
  'repeats-known-models',
  'fails-on-unseen-prompts',
  'too-slow',
  'not-reproduced',
  'critical-not-reproduced',
  'void',
] as const
export type AuditReason = (typeof auditReasons)[number]

export const generationAuditSchema = z.looseObject({
  hotkey: z.string(),
  outcome: z.enum(['pending', 'passed', 'rejected']).default('pending'),
  checked_prompts: int().default(0),
  failed_prompts: int().default(0),
  failed_critical: int().default(0),
  generation_time: float().nullable().default(null).describe('Trimmed median, seconds.'),
  reason: z.string().default(''),
  code: z
    .string()
    .optional()
    .describe(`Why it was rejected, or has to run again; the first that holds of ${auditReasons.join(', ')}.`),
})
export type GenerationAudit = z.infer<typeof generationAuditSchema>

/** `rounds/N/generation_audits.json` */
export const generationAuditsSchema = mapOf(generationAuditSchema).describe(
  'Whether a challenger’s own code gave what it had submitted; by hotkey.',
)
export type GenerationAudits = z.infer<typeof generationAuditsSchema>

export const sourceAuditSchema = z.looseObject({
  hotkey: z.string(),
  verdict: z.enum(['passed', 'failed']),
  reason: z.string().default(''),
  by: z.string().optional().describe('Name and address of the committer; his signature is the commit’s.'),
  at: datetime().optional(),
  commit: z.string().optional().describe('Of the code that was looked at.'),
})
export type SourceAudit = z.infer<typeof sourceAuditSchema>

/** `rounds/N/source_audit.json` */
export const sourceAuditsSchema = z
  .array(sourceAuditSchema)
  .describe('What a person found in the source code of challengers; committed by hand.')
export type SourceAudits = z.infer<typeof sourceAuditsSchema>

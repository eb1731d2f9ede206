import { type AuditLimits, auditLimits, LEGACY_AUDIT_LIMITS } from '../../rules/audit.ts'
import type { Config } from '../../state/index.ts'
import { settingsOf } from './settings.ts'

/** What an audit of `checked` prompts tolerates. */
export function limitsOf(config: Config, checked: number): AuditLimits {
  const settings = settingsOf(config)
  return {
    ...(config.rules === 'v1' ? auditLimits(checked, settings.mismatch_tolerance) : LEGACY_AUDIT_LIMITS),
    generationSeconds: settings.max_generation_seconds,
    medianSeconds: settings.median_generation_seconds,
    acceptableDistance: settings.acceptable_distance,
  }
}

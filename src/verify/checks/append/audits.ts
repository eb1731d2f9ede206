/** Audits: what was asked for, and the verdicts; a pending one may be decided, a decided one stands. */
import type {
  AuditRequest,
  AuditRequests,
  GenerationAudit,
  GenerationAudits,
  SourceAudit,
  SourceAudits,
} from '../../../state/audits.ts'
import { who } from '../words.ts'
import { became, type Change, entryChanges, fieldChanges, type Scene } from './changes.ts'

type Told = (code: string, hotkey: string, what: string) => Change

const told =
  ({ round }: Scene, noun: string): Told =>
  (code, hotkey, what) => ({ code, message: `Round ${round}: the ${noun} of ${who(hotkey)} ${what}.` })

export function verdictChanges(before: GenerationAudits, after: GenerationAudits | undefined, scene: Scene): Change[] {
  const change = told(scene, 'generation audit')
  return entryChanges<GenerationAudit>(before, after ?? {}).flatMap(({ key, old, now }) => {
    if (now === undefined) return [change('append-only/audit', key, `(${old.outcome}) was removed`)]
    if (old.outcome === 'pending') return []
    const what = old.outcome === now.outcome ? fieldChanges(old, now).join(', ') : became(old.outcome, now.outcome)
    return [change('append-only/audit', key, `was decided, and then changed: ${what}`)]
  })
}

export function requestChanges(before: AuditRequests, after: AuditRequests | undefined, scene: Scene): Change[] {
  const change = told(scene, 'request for an audit')
  return entryChanges<AuditRequest>(byHotkey(before), byHotkey(after ?? [])).map(({ key, old, now }) => {
    if (now === undefined) return change('append-only/audit-request', key, 'was taken back')
    const { critical_prompts: critical } = old
    const what = `${critical.length} critical prompts became ${now.critical_prompts.length}`
    const how = critical.length === now.critical_prompts.length ? 'other prompts are critical' : what
    return change('append-only/audit-request', key, `was changed after it had been made: ${how}`)
  })
}

export function reviewChanges(before: SourceAudits, after: SourceAudits | undefined, scene: Scene): Change[] {
  const change = told(scene, 'audit of the source code')
  return entryChanges<SourceAudit>(byHotkey(before), byHotkey(after ?? [])).flatMap(({ key, old, now }) => {
    if (now === undefined) return [change('append-only/source-audit', key, `(${old.verdict}) was removed`)]
    if (old.verdict === now.verdict) return []
    return [change('append-only/source-audit', key, `was changed: ${became(old.verdict, now.verdict)}`)]
  })
}

const byHotkey = <T extends { hotkey: string }>(entries: readonly T[]): Record<string, T> =>
  Object.fromEntries(entries.map((entry) => [entry.hotkey, entry]))

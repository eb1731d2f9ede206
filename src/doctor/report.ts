/** What `doctor --json` prints; `docs/schemas/doctor.schema.json` is made from it. */
import { z } from 'zod'
import type { Examined } from './examine.ts'

export const doctorReportSchema = z
  .strictObject({
    format: z.literal('roundkeeper-doctor/1'),
    ok: z.boolean().describe('Whether nothing fails; warnings are no failure.'),
    checks: z.array(
      z.strictObject({
        id: z.string().describe('For --only and --skip; it never changes its meaning.'),
        title: z.string(),
        outcome: z.enum(['ok', 'warn', 'fail', 'skipped']),
        detail: z.string().describe('What was found, for people. Never a secret.'),
        how_to_fix: z.string().nullable().describe('What to do about it, where it is `warn` or `fail`.'),
        seconds: z.number().min(0),
      }),
    ),
    counts: z.strictObject({ ok: z.int(), warn: z.int(), fail: z.int(), skipped: z.int() }),
  })
  .describe('What `roundkeeper doctor --json` prints: every check, in their order.')

export type DoctorReport = z.infer<typeof doctorReportSchema>

export function reportOf(examined: readonly Examined[]): DoctorReport {
  const count = (outcome: Examined['outcome']) => examined.filter((each) => each.outcome === outcome).length
  const counts = { ok: count('ok'), warn: count('warn'), fail: count('fail'), skipped: count('skipped') }
  return {
    format: 'roundkeeper-doctor/1',
    ok: counts.fail === 0,
    checks: examined.map(({ id, title, outcome, detail, howToFix, seconds }) => ({
      ...{ id, title, outcome, detail },
      how_to_fix: howToFix ?? null,
      seconds,
    })),
    counts,
  }
}

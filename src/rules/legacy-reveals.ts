/** What one hotkey enters under `legacy`: for each field the newest value of the window, whatever it was revealed with. */
import type { Reveal } from '../chain/chain.ts'
import { parseReveal } from './reveal-text.ts'
import type { Judged, RevealSchema } from './reveals.ts'

/** @param reveals of one hotkey, all of them in the window */
export function enterLegacy(reveals: readonly Reveal[], schema: RevealSchema): Judged {
  const parsed = reveals.map(({ block, text }) => ({ block, ...parseReveal(text) }))
  const values: Record<string, string> = {}
  let priority = 0
  const missing: string[] = []
  for (const [name, field] of Object.entries(schema.fields)) {
    const found = parsed.flatMap(({ block, fields }) => {
      const value = fields.get(name)
      return value === undefined ? [] : [{ block, value }]
    })
    const newest = found.reduce<(typeof found)[number] | undefined>(newer, undefined)
    if (newest === undefined) {
      missing.push(name)
      continue
    }
    const checked = field.check(newest.value)
    if (!checked.ok) return { ok: false, outcome: 'invalid', code: 'bad-value', reason: `${name}: ${checked.reason}` }
    values[name] = checked.value
    if (name === schema.priority) priority = newest.block
  }
  if (missing.length === 0) return { ok: true, values, block: priority }
  const problem = parsed.findLast(({ problem }) => problem !== undefined)?.problem
  if (problem !== undefined && parsed.every(({ fields }) => fields.size === 0))
    return { ok: false, outcome: 'invalid', code: problem.code, reason: problem.says }
  return {
    ok: false,
    outcome: 'incomplete',
    code: missing.includes(schema.priority) ? 'not-committed' : 'not-located',
    reason: `not revealed in the window: ${missing.join(', ')}${problem === undefined ? '' : `; ${problem.says}`}`,
  }
}

/** The newer value; within one block the greater string. */
function newer<T extends { block: number; value: string }>(a: T | undefined, b: T): T {
  if (a === undefined || b.block > a.block) return b
  return b.block === a.block && b.value > a.value ? b : a
}

/**
 * Who takes part in a round, and with what: the reveals of the window, field by field, as anybody can repeat it.
 * Texts come from miners: nothing in them can make the selection fail, and everybody is told what became of theirs.
 */
import type { Reveal } from '../chain/chain.ts'
import { MATCH_NAME_LENGTH } from '../state/duels.ts'
import { isReordered } from '../state/map.ts'
import type { RevealRecord } from '../state/reveals.ts'
import type { Submission, Submissions } from '../state/submissions.ts'
import { LEADER } from '../state/winner.ts'
import { parseReveal, recordedText } from './reveal-text.ts'

/** One part of what a miner reveals. */
export interface RevealField {
  /** @returns the value as it is stored, or why it is refused */
  check(value: unknown): { ok: true; value: string } | { ok: false; reason: string }
}

/** What a complete reveal consists of, field by field; a format provides it. */
export interface RevealSchema {
  /** By key of the revealed JSON object; all are required. Order is the order in `submissions.json`. */
  readonly fields: Readonly<Record<string, RevealField>>
  /** The field whose reveal block is the entry's priority. */
  readonly priority: string
  /** Fields that make two entries the same; empty when duplicates are allowed. */
  readonly identity: readonly string[]
}

export interface Selection {
  readonly reveals: readonly Reveal[]
  /** Blocks, inclusive on both ends. */
  readonly window: { readonly earliest: number; readonly latest: number }
  readonly schema: RevealSchema
  /** `{config.name}-{N}` */
  readonly round: string
  readonly rules: 'legacy' | 'v1'
}

interface Entry {
  readonly hotkey: string
  readonly values: Readonly<Record<string, string>>
  readonly block: number
}
type Judged = { ok: true; entry: Entry } | { ok: false; outcome: 'incomplete' | 'invalid'; reason: string }

/** @returns the entries in order of reveal, and a record for every hotkey that revealed anything in the window */
export function selectSubmissions(selection: Selection): { submissions: Submissions; records: RevealRecord[] } {
  const byHotkey = revealsByHotkey(selection)
  const judged = new Map([...byHotkey].map(([hotkey, reveals]) => [hotkey, judge(hotkey, reveals, selection)]))
  // The sort is stable: entries of one block keep the order of the hotkeys.
  const entries = [...judged.values()].flatMap((result) => (result.ok ? [result.entry] : []))
  entries.sort((a, b) => a.block - b.block)
  const duplicates = duplicatesOf(entries, selection)

  const submissions: Submissions = Object.fromEntries(
    entries
      .filter(({ hotkey }) => !duplicates.has(hotkey))
      .map(({ hotkey, values, block }) => [
        hotkey,
        { ...values, revealed_at_block: block, round: selection.round } as Submission,
      ]),
  )
  const records = [...byHotkey].map(([hotkey, reveals]): RevealRecord => {
    const result = judged.get(hotkey)!
    const duplicate = duplicates.get(hotkey)
    return {
      hotkey,
      outcome: !result.ok ? result.outcome : duplicate === undefined ? 'accepted' : 'duplicate',
      reason: !result.ok ? result.reason : (duplicate ?? ''),
      reveals: reveals.map(({ block, text }) => ({ block, text: recordedText(text) })),
    }
  })
  return { submissions, records }
}

/** Those of the window. The legacy order is the chain's; ours does not depend on it. */
function revealsByHotkey({ reveals, window, rules }: Selection): Map<string, Reveal[]> {
  const inWindow = reveals.filter(({ block }) => block >= window.earliest && block <= window.latest)
  if (rules === 'v1') {
    inWindow.sort((a, b) => ascending(a.hotkey, b.hotkey) || a.block - b.block || ascending(a.text, b.text))
  }
  return Map.groupBy(inWindow, ({ hotkey }) => hotkey)
}

/** Hotkeys become folders and columns: a chain that answers with anything else must not stop the round. */
const isHotkey = (text: string) =>
  /^[A-Za-z0-9]{1,64}$/.test(text) && text !== LEADER && !isReordered(text) && !(text in Object.prototype)

/** Puts one hotkey's entry together: for each field the newest value, which may come from different reveals. */
function judge(hotkey: string, reveals: readonly Reveal[], { schema, rules }: Selection): Judged {
  if (!isHotkey(hotkey)) return { ok: false, outcome: 'invalid', reason: 'not the address of a hotkey' }
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
    if (!checked.ok) return { ok: false, outcome: 'invalid', reason: `${name}: ${checked.reason}` }
    values[name] = checked.value
    if (name === schema.priority) {
      const same = found.filter(({ value }) => value === newest.value).map(({ block }) => block)
      priority = rules === 'v1' ? Math.min(...same) : newest.block
    }
  }
  if (missing.length === 0) return { ok: true, entry: { hotkey, values, block: priority } }
  const problem = parsed.findLast(({ problem }) => problem !== undefined)?.problem
  return problem !== undefined && parsed.every(({ fields }) => fields.size === 0)
    ? { ok: false, outcome: 'invalid', reason: problem }
    : {
        ok: false,
        outcome: 'incomplete',
        reason: `not revealed in the window: ${missing.join(', ')}${problem === undefined ? '' : `; ${problem}`}`,
      }
}

/** The newer value; within one block the greater string. */
function newer<T extends { block: number; value: string }>(a: T | undefined, b: T): T {
  if (a === undefined || b.block > a.block) return b
  return b.block === a.block && b.value > a.value ? b : a
}

/** @returns by hotkey, why its entry does not count: somebody revealed the same before, or is recorded under its name */
function duplicatesOf(entries: readonly Entry[], { schema, rules }: Selection): Map<string, string> {
  const { identity } = schema
  const reasons = new Map<string, string>()
  const first = new Map<string, Entry>()
  for (const entry of entries) {
    const keys = [
      ...(identity.length > 0
        ? [{ key: JSON.stringify(identity.map((field) => entry.values[field])), what: identity.join(' and ') }]
        : []),
      // Such hotkeys can be searched for, and the match report of one would take the place of the other's.
      ...(rules === 'v1'
        ? [{ key: entry.hotkey.slice(0, MATCH_NAME_LENGTH), what: `first ${MATCH_NAME_LENGTH} characters` }]
        : []),
    ]
    const taken = keys.find(({ key }) => first.has(key))
    const earlier = taken && first.get(taken.key)
    if (taken === undefined || earlier === undefined) for (const { key } of keys) first.set(key, entry)
    else {
      reasons.set(entry.hotkey, `same ${taken.what} as ${earlier.hotkey}, which comes first (block ${earlier.block})`)
    }
  }
  return reasons
}

const ascending = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

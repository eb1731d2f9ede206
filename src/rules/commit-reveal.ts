/**
 * What one hotkey enters under `v1`: code to whose hash it was committed before it said where the code is.
 *
 * A text may carry the commitment (the schema's `priority` field), the location (all its other fields, together or some
 * of them), or both. Values that are not as they must be do not count, nor does what is older than the registration.
 * 1. A location belongs to the newest commitment of an earlier block; where its own text names a commitment, to that one
 *    and no other. Without such a commitment it is too early: who shows code first and commits to it later may have copied.
 * 2. The entry is the newest commitment with a whole location; of each field of that the newest value. Within one block the
 *    greater string is the newer.
 * 3. Its priority is the first block in which this hotkey committed to that same value: committing again costs nothing.
 */
import type { Reveal } from '../chain/chain.ts'
import type { RevealReason } from '../state/reveals.ts'
import { type EntryText, readReveal, type TextProblem } from './reveal-text.ts'
import type { Judged, RevealSchema } from './reveals.ts'

export interface Entered {
  readonly judged: Judged
  /** For each text, in the same order, why it does not count, or not all of it. */
  readonly codes: readonly (RevealReason | undefined)[]
}

interface Dated {
  readonly block: number
  readonly value: string
}
type Text = EntryText & { readonly block: number }

/** @param reveals of one hotkey, oldest first, all of them in the window */
export function enter(reveals: readonly Reveal[], schema: RevealSchema, registeredAt: number | undefined): Entered {
  const texts = reveals.map(({ block, text }) => {
    const tooOld = registeredAt !== undefined && block < registeredAt
    return { block, ...(tooOld ? ignored(block, registeredAt) : readReveal(text, schema)) }
  })
  const commitments = texts.flatMap(({ block, fields }) => dated(block, fields.get(schema.priority)))
  const { located, early } = locate(texts, commitments, schema)
  const codes = texts.map((text) => text.problem?.code ?? (early.includes(text) ? 'too-early' : undefined))

  const names = locationsOf(schema)
  const newestFirst = commitments.toSorted((a, b) => (isNewer(a, b) ? -1 : 1))
  const chosen = newestFirst.find(({ value }) => names.every((name) => located.get(value)?.has(name)))
  if (chosen === undefined) return { judged: missing(texts, newestFirst[0], located, early, schema), codes }
  const values = Object.keys(schema.fields).map((name) => [name, located.get(chosen.value)?.get(name)?.value])
  const block = Math.min(...commitments.filter(({ value }) => value === chosen.value).map((each) => each.block))
  return {
    judged: { ok: true, values: { ...Object.fromEntries(values), [schema.priority]: chosen.value }, block },
    codes,
  }
}

type Located = Map<string, Map<string, Dated>>

/** By commitment and field, the newest value of what belongs to it. */
function locate(texts: readonly Text[], commitments: readonly Dated[], schema: RevealSchema) {
  const located: Located = new Map()
  const early: Text[] = []
  for (const text of texts) {
    const parts = [...text.fields].filter(([name]) => name !== schema.priority)
    if (parts.length === 0) continue
    const named = text.fields.get(schema.priority)
    const before = commitments.filter(({ block, value }) => block < text.block && (named ?? value) === value)
    const owner = before.reduce<Dated | undefined>(newer, undefined)
    if (owner === undefined) {
      early.push(text)
      continue
    }
    const own = located.get(owner.value) ?? new Map<string, Dated>()
    located.set(owner.value, own)
    for (const [name, value] of parts) own.set(name, newer(own.get(name), { block: text.block, value }))
  }
  return { located, early }
}

/** Why there is no entry: the first thing that has to be set right. */
function missing(
  texts: readonly Text[],
  newest: Dated | undefined,
  located: Located,
  early: readonly Text[],
  schema: RevealSchema,
): Judged {
  const wrong = (names: readonly string[]): TextProblem | undefined =>
    names.flatMap((name) => texts.findLast(({ bad }) => bad.has(name))?.bad.get(name) ?? [])[0]
  const useless = texts.every(({ fields }) => fields.size === 0)
  if (newest === undefined) {
    const problem = wrong([schema.priority]) ?? (useless ? texts.at(-1)?.problem : undefined)
    if (problem !== undefined) return invalid(problem)
    return incomplete('not-committed', `not revealed in the window: ${schema.priority}`)
  }
  const names = locationsOf(schema).filter((name) => !located.get(newest.value)?.has(name))
  const problem = wrong(names)
  if (problem !== undefined) return invalid(problem)
  const list = names.join(', ')
  return names.every((name) => early.some(({ fields }) => fields.has(name)))
    ? incomplete('too-early', `revealed, but not after the ${schema.priority} of block ${newest.block}: ${list}`)
    : incomplete('not-located', `not revealed after the ${schema.priority} of block ${newest.block}: ${list}`)
}

const locationsOf = (schema: RevealSchema) => Object.keys(schema.fields).filter((name) => name !== schema.priority)

const invalid = ({ code, says }: TextProblem): Judged => ({ ok: false, outcome: 'invalid', code, reason: says })

const incomplete = (code: RevealReason, reason: string): Judged => ({ ok: false, outcome: 'incomplete', code, reason })

const ignored = (block: number, registeredAt: number): EntryText => ({
  fields: new Map(),
  bad: new Map(),
  problem: {
    code: 'before-registration',
    says: `revealed at block ${block}, before the hotkey was registered at block ${registeredAt}`,
  },
})

const dated = (block: number, value: string | undefined): Dated[] => (value === undefined ? [] : [{ block, value }])

const isNewer = (a: Dated, b: Dated) => a.block > b.block || (a.block === b.block && a.value > b.value)

const newer = (a: Dated | undefined, b: Dated): Dated => (a !== undefined && isNewer(a, b) ? a : b)

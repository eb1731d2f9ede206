/**
 * Who takes part in a round, and with what: the reveals of the window, field by field, as anybody can repeat it.
 * Texts come from miners: nothing in them can make the selection fail, and everybody is told what became of theirs.
 */
import type { Reveal } from '../chain/chain.ts'
import { MATCH_NAME_LENGTH } from '../state/duels.ts'
import { isReordered } from '../state/map.ts'
import type { RepositoryAnswer, RevealReason, RevealRecord } from '../state/reveals.ts'
import type { Submission, Submissions } from '../state/submissions.ts'
import { LEADER } from '../state/winner.ts'
import { enter } from './commit-reveal.ts'
import { sha256Hex } from './digest.ts'
import { hearHosts } from './entry-code.ts'
import { enterLegacy } from './legacy-reveals.ts'
import { bounded, evidenceOf, HOTKEY } from './reveal-evidence.ts'
import { recordedText } from './reveal-text.ts'

/** One part of what a miner reveals. */
export interface RevealField {
  /** @returns the value as it is stored, or why it is refused */
  check(value: unknown): { ok: true; value: string } | { ok: false; reason: string }
}

/** What a complete reveal consists of, field by field; a format provides it. */
export interface RevealSchema {
  /** By key of the revealed JSON object; all are required. Order is the order in `submissions.json`. */
  readonly fields: Readonly<Record<string, RevealField>>
  /** The field that is the commitment: it has to be there first, and its block is the entry's priority. */
  readonly priority: string
  /** Fields that make two entries the same; empty when duplicates are allowed. */
  readonly identity: readonly string[]
  /** The fields that name a git repository, `owner/name`, and the commit that it must contain; absent where none do. */
  readonly code?: { readonly repo: string; readonly commit: string }
}

export interface Selection {
  readonly reveals: readonly Reveal[]
  /** Blocks, inclusive on both ends. */
  readonly window: { readonly earliest: number; readonly latest: number }
  readonly schema: RevealSchema
  /** `{config.name}-{N}` */
  readonly round: string
  readonly rules: 'legacy' | 'v1'
  /** By hotkey, since which block it is registered, as of the end of the window; undefined: everybody may take part. */
  readonly registrations?: ReadonlyMap<string, number> | undefined
  /** By hotkey, what the host of its repository said; whoever is not in it was not asked about. */
  readonly repositories?: ReadonlyMap<string, RepositoryAnswer>
  /** By hotkey, whose the commit of its entry says it is; null: of several; whoever is not in it: nobody's, as far as known. */
  readonly commitHotkeys?: ReadonlyMap<string, string | null>
}

export interface Selected {
  /** In order of priority. */
  readonly submissions: Submissions
  /** What became of every hotkey that revealed anything in the window. */
  readonly records: RevealRecord[]
  /** How many refused ones there is no record of, for its size. */
  readonly omitted: number
}

/** What one hotkey enters, or why it does not. */
export type Judged = { ok: true; values: Readonly<Record<string, string>>; block: number } | Refused
export interface Refused {
  readonly ok: false
  readonly outcome: RevealRecord['outcome']
  readonly code: RevealReason
  readonly reason: string
}

interface Entry {
  readonly hotkey: string
  readonly values: Readonly<Record<string, string>>
  readonly block: number
}
interface Verdict {
  readonly judged: Judged
  readonly reveals: RevealRecord['reveals']
}

/** The legacy rules know neither registrations nor hosts. */
export function selectSubmissions(selection: Selection): Selected {
  const verdicts = verdictsOf(selection)
  const proposed = entriesOf(verdicts)
  const heard = hearHosts(proposed, selection)
  const entries = proposed.filter(({ hotkey }) => !heard.refused.has(hotkey))
  const duplicates = duplicatesOf(entries, selection)
  const submissions: Submissions = Object.fromEntries(
    entries
      .filter(({ hotkey }) => !duplicates.has(hotkey))
      .map(({ hotkey, values, block }) => [
        hotkey,
        { ...values, revealed_at_block: block, round: selection.round } as Submission,
      ]),
  )
  const records = [...verdicts].map(([hotkey, { judged, reveals }]): RevealRecord => {
    const refused = judged.ok ? (heard.refused.get(hotkey) ?? duplicates.get(hotkey)) : judged
    const commitHotkey = heard.commitHotkeys.get(hotkey)
    const registered = registeredAt(selection, hotkey)
    const repository = asked(selection, hotkey)
    return {
      hotkey,
      outcome: refused?.outcome ?? 'accepted',
      reason: refused?.reason ?? '',
      reveals,
      ...(refused === undefined ? {} : { reason_code: refused.code }),
      ...(registered === undefined ? {} : { registered_at_block: registered }),
      ...(repository === undefined ? {} : { repository }),
      ...(commitHotkey === undefined ? {} : { commit_hotkey: commitHotkey }),
    }
  })
  return { submissions, ...(selection.rules === 'v1' ? bounded(records) : { records, omitted: 0 }) }
}

/** Whose repository has to be asked for which commit: all that may come to be entries, copies too. */
export function codeOf(selection: Selection): { hotkey: string; repo: string; commit: string }[] {
  const { code } = selection.schema
  if (code === undefined || selection.rules === 'legacy') return []
  return entriesOf(verdictsOf(selection)).map(({ hotkey, values }) => ({
    hotkey,
    repo: values[code.repo] ?? '',
    commit: values[code.commit] ?? '',
  }))
}

/** As the chain alone tells. */
function verdictsOf(selection: Selection): Map<string, Verdict> {
  return new Map([...evidenceOf(selection)].map(([hotkey, reveals]) => [hotkey, judge(hotkey, reveals, selection)]))
}

/** By priority; the sort is stable: entries of one block keep the order of the hotkeys. */
function entriesOf(verdicts: ReadonlyMap<string, Verdict>): Entry[] {
  const entries = [...verdicts].flatMap(([hotkey, { judged }]) => (judged.ok ? [{ hotkey, ...judged }] : []))
  return entries.sort((a, b) => a.block - b.block)
}

function judge(hotkey: string, reveals: readonly Reveal[], selection: Selection): Verdict {
  const { schema, rules } = selection
  const told = (judged: Judged, codes: readonly (RevealReason | undefined)[] = []): Verdict => ({
    judged,
    reveals: reveals.map(({ block, text }, i) => {
      const code = codes[i]
      return { block, text: recordedText(text), ...(code === undefined ? {} : { reason_code: code }) }
    }),
  })
  if (!isHotkey(hotkey)) return told(refusal('bad-hotkey', 'not the address of a hotkey'))
  if (rules === 'legacy') return told(enterLegacy(reveals, schema))
  const registered = registeredAt(selection, hotkey)
  if (registered === null)
    return told(refusal('not-registered', `not registered on the subnet at block ${selection.window.latest}`))
  const { judged, codes } = enter(reveals, schema, registered)
  return told(judged, codes)
}

const isHotkey = (text: string) =>
  HOTKEY.test(text) && text !== LEADER && !isReordered(text) && !(text in Object.prototype)

const refusal = (code: RevealReason, reason: string): Judged => ({ ok: false, outcome: 'invalid', code, reason })

/** null: it is not; undefined: nobody can tell. */
const registeredAt = ({ registrations, rules }: Selection, hotkey: string) =>
  registrations === undefined || rules === 'legacy' ? undefined : (registrations.get(hotkey) ?? null)

const asked = ({ repositories, rules }: Selection, hotkey: string) =>
  rules === 'legacy' ? undefined : repositories?.get(hotkey)

/** @returns by hotkey, why its entry does not count: somebody revealed the same before, or is recorded under its name */
function duplicatesOf(entries: readonly Entry[], { schema, rules }: Selection): Map<string, Refused> {
  const { identity } = schema
  const refused = new Map<string, Refused>()
  const first = new Map<string, Entry>()
  for (const entry of rules === 'v1' ? inTurn(entries, identity) : entries) {
    const keys: { key: string; what: string; code: RevealReason }[] = [
      ...(identity.length > 0
        ? [
            {
              key: JSON.stringify(identity.map((field) => entry.values[field])),
              what: identity.join(' and '),
              code: 'duplicate' as const,
            },
          ]
        : []),
      // Such hotkeys can be searched for, and the match report of one would take the place of the other's.
      ...(rules === 'v1'
        ? [
            {
              key: entry.hotkey.slice(0, MATCH_NAME_LENGTH),
              what: `first ${MATCH_NAME_LENGTH} characters`,
              code: 'similar-hotkey' as const,
            },
          ]
        : []),
    ]
    const taken = keys.find(({ key }) => first.has(key))
    const earlier = taken && first.get(taken.key)
    if (taken === undefined || earlier === undefined) for (const { key } of keys) first.set(key, entry)
    else {
      const reason = `same ${taken.what} as ${earlier.hotkey}, which comes first (block ${earlier.block})`
      refused.set(entry.hotkey, { ok: false, outcome: 'duplicate', code: taken.code, reason })
    }
  }
  return refused
}

/**
 * Whoever looks into a timelock the moment that it can be opened may copy it into the same block. Hotkeys can be searched
 * for, so that their order would always give it to the copy; of what is drawn here, nobody knew the hash beforehand. Code
 * whose commit names its hotkey needs no lot.
 */
function inTurn(entries: readonly Entry[], identity: readonly string[]): Entry[] {
  const lots = entries.map((entry) => {
    const lot = sha256Hex(JSON.stringify([...identity.map((field) => entry.values[field]), entry.hotkey]))
    return { entry, lot }
  })
  lots.sort((a, b) => a.entry.block - b.entry.block || (a.lot < b.lot ? -1 : 1))
  return lots.map(({ entry }) => entry)
}

/** What the collector of `v1` has entered for a round, or would enter now: as the record says, once the window has closed. */
import { type RevealSchema, selectSubmissions } from '../rules/reveals.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import type { RevealRecord } from '../state/reveals.ts'
import type { Submission } from '../state/submissions.ts'
import { type Entry, lastBlockOf } from './commitments.ts'
import { type Documents, findDocument } from './documents.ts'
import { type SelectionRequest, selectionOf } from './prospects.ts'

export interface Entered extends Entry {
  readonly outcome: RevealRecord['outcome']
  /** Why it was not accepted; empty when it is. */
  readonly reason: string
}

export interface EnteredRequest extends SelectionRequest {
  readonly documents: Documents
  readonly config: Config
  readonly schema: (config: Config) => RevealSchema
}

/**
 * @param found everybody's newest values, whoever is entered or not
 * @returns the entries in their order, each with the values that belong together, then what is no entry as it was found
 * @throws `unavailable`, `state-file`
 */
export async function enteredOf(request: EnteredRequest, found: readonly Entry[]): Promise<Entered[]> {
  const { submissions, records } = (await onRecord(request)) ?? selectSubmissions(await selectionOf(request))
  const byHotkey = new Map(records.map((record) => [record.hotkey, record]))
  const entered = Object.entries(submissions).map(([hotkey, submission]) =>
    entryOf(hotkey, submission, byHotkey.get(hotkey)?.reveals ?? [], request.schema(request.config)),
  )
  const rest = found.filter(({ hotkey }) => !Object.hasOwn(submissions, hotkey))
  return [
    ...entered,
    ...rest.map((entry): Entered => {
      const { outcome = 'incomplete', reason = '' } = byHotkey.get(entry.hotkey) ?? {}
      return { ...entry, outcome, reason }
    }),
  ]
}

async function onRecord({ documents, round }: EnteredRequest) {
  const submissions = await findDocument(documents, files.submissions, round)
  const reveals = submissions && (await findDocument(documents, files.reveals, round))
  return submissions && reveals && { submissions, records: reveals.hotkeys }
}

function entryOf(hotkey: string, submission: Submission, own: RevealRecord['reveals'], schema: RevealSchema): Entered {
  const { commit = '', revealed_at_block: first } = submission
  const located = (['repo', 'cdn_url'] as const).flatMap((key) => {
    const value = submission[key]
    if (value === undefined) return []
    // It is stored as the schema spells it.
    const isMeant = (text: unknown) => {
      const checked = schema.fields[key]?.check(text)
      return checked?.ok === true && checked.value === value
    }
    return [[key, { value, block: lastBlockOf(key, own, isMeant) ?? first }] as const]
  })
  const rest: Pick<Entry, 'repo' | 'cdn_url'> = Object.fromEntries(located)
  return { hotkey, commit: { value: commit, block: first }, ...rest, outcome: 'accepted', reason: '' }
}

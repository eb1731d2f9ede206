/**
 * What the hosts of entries' code change: an entry is refused whose repository has not its commit, or whose commit says
 * that it is another's. A commit that names its hotkey belongs to it, as the name is part of what the commit's id is a hash
 * of: whoever copies the id copies the name. One that names several is nobody's, one that names none is as everybody's.
 */
import type { Refused, Selection } from './reveals.ts'

interface Entry {
  readonly hotkey: string
  readonly values: Readonly<Record<string, string>>
}

export interface Heard {
  /** By hotkey, why its entry does not count. */
  readonly refused: ReadonlyMap<string, Refused>
  /** By hotkey, whose the commit of its entry says it is; null: of several. */
  readonly commitHotkeys: ReadonlyMap<string, string | null>
}

/** @param entries as the chain alone tells. The legacy rules know no hosts. */
export function hearHosts(entries: readonly Entry[], selection: Selection): Heard {
  const { code } = selection.schema
  const refused = new Map<string, Refused>()
  const commitHotkeys = new Map<string, string | null>()
  if (code === undefined || selection.rules === 'legacy') return { refused, commitHotkeys }
  const owners = ownersOf(entries, code.commit, selection)
  for (const { hotkey, values } of entries) {
    const [repo = '', commit = ''] = [values[code.repo], values[code.commit]]
    const owner = owners.get(commit)
    if (owner !== undefined) commitHotkeys.set(hotkey, owner)
    if (selection.repositories?.get(hotkey) === 'missing')
      refused.set(hotkey, invalid('commit-missing', `${repo} does not contain the commit ${commit}`))
    else if (owner !== undefined && owner !== hotkey)
      refused.set(hotkey, invalid('other-hotkey', `the commit ${commit} names ${owner ?? 'several hotkeys'}`))
  }
  return { refused, commitHotkeys }
}

/** By commit: what was seen of it in one repository holds in all, even in one whose host says nothing. */
function ownersOf(entries: readonly Entry[], field: string, { commitHotkeys }: Selection): Map<string, string | null> {
  const owners = new Map<string, string | null>()
  for (const { hotkey, values } of entries) {
    const named = commitHotkeys?.get(hotkey)
    const commit = values[field] ?? ''
    // Two names for one commit cannot both be true, nor can a record that has them.
    if (named !== undefined) owners.set(commit, owners.has(commit) && owners.get(commit) !== named ? null : named)
  }
  return owners
}

const invalid = (code: Refused['code'], reason: string): Refused => ({ ok: false, outcome: 'invalid', code, reason })

/** Of what a chain holds, what a selection looks at and what is recorded of it: bounded, and the same again from the record. */
import type { Reveal } from '../chain/chain.ts'
import type { RepositoryAnswer, RevealRecord } from '../state/reveals.ts'
import { recordedText } from './reveal-text.ts'
import type { Selection } from './reveals.ts'

/** The chain keeps ten; more never count. */
export const MAX_REVEALS_PER_HOTKEY = 10
const MAX_HOTKEY_LENGTH = 64
/** Characters of JSON for all those who were refused; who was accepted is recorded whole. */
export const MAX_REFUSED_CHARS = 8 * 1024 * 1024

/** Those of the window, by hotkey. The legacy order is the chain's; ours does not depend on it. */
export function evidenceOf({ reveals, window, rules }: Selection): Map<string, Reveal[]> {
  const inWindow = reveals.filter(({ block }) => block >= window.earliest && block <= window.latest)
  if (rules === 'legacy') return Map.groupBy(inWindow, ({ hotkey }) => hotkey)
  const recorded = inWindow
    .filter(({ block }) => Number.isSafeInteger(block))
    // Cut, a name that is too long is still too long to be an address.
    .map(({ hotkey, block, text }) => ({
      hotkey: hotkey.slice(0, MAX_HOTKEY_LENGTH + 1),
      block,
      text: recordedText(text),
    }))
  recorded.sort((a, b) => ascending(a.hotkey, b.hotkey) || a.block - b.block || ascending(a.text, b.text))
  const byHotkey = Map.groupBy(recorded, ({ hotkey }) => hotkey)
  return new Map([...byHotkey].map(([hotkey, own]) => [hotkey, own.slice(-MAX_REVEALS_PER_HOTKEY)]))
}

/** Hotkeys become folders and columns: a chain that answers with anything else must not stop the round. */
export const HOTKEY = new RegExp(`^[A-Za-z0-9]{1,${MAX_HOTKEY_LENGTH}}$`)

/**
 * The records as far as they are written down. Whoever is left out was refused and changes nothing for anybody else; the
 * smallest stay, so that nobody's flood takes away what others are told.
 */
export function bounded(records: readonly RevealRecord[]): { records: RevealRecord[]; omitted: number } {
  const sizes = new Map(
    records
      .filter(({ outcome }) => outcome !== 'accepted')
      .map((record) => ({ record, chars: JSON.stringify(record).length }))
      .sort((a, b) => a.chars - b.chars || ascending(a.record.hotkey, b.record.hotkey))
      .map(({ record, chars }) => [record, chars]),
  )
  let chars = 0
  const left = new Set<RevealRecord>()
  for (const [record, size] of sizes) {
    chars += size
    if (chars > MAX_REFUSED_CHARS) left.add(record)
  }
  return { records: records.filter((record) => !left.has(record)), omitted: left.size }
}

/** What a selection was made of, as it was recorded. */
export function recordedEvidence(
  hotkeys: readonly RevealRecord[],
): Pick<Selection, 'reveals' | 'registrations' | 'repositories' | 'commitHotkeys'> {
  const registered = hotkeys.filter(({ registered_at_block }) => registered_at_block !== undefined)
  return {
    reveals: hotkeys.flatMap(({ hotkey, reveals }) => reveals.map(({ block, text }) => ({ hotkey, block, text }))),
    registrations:
      registered.length === 0
        ? undefined
        : new Map(
            registered.flatMap(({ hotkey, registered_at_block: block }) => (block == null ? [] : [[hotkey, block]])),
          ),
    repositories: new Map(
      hotkeys.flatMap(({ hotkey, repository }): [string, RepositoryAnswer][] =>
        repository === undefined ? [] : [[hotkey, repository]],
      ),
    ),
    commitHotkeys: new Map(
      hotkeys.flatMap(({ hotkey, commit_hotkey: named }): [string, string | null][] =>
        named === undefined ? [] : [[hotkey, named]],
      ),
    ),
  }
}

const ascending = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

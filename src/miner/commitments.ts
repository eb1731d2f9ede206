/** What hotkeys have revealed for a round, as miners' tools list it. Texts are a stranger's: nothing in one hides another. */
import type { Reveal } from '../chain/chain.ts'
import type { BlockRange } from './window.ts'

export interface Revealed {
  readonly value: string
  /** Of the reveal. */
  readonly block: number
}

export interface Commitments {
  readonly commit?: Revealed
  readonly repo?: Revealed
  readonly cdn_url?: Revealed
}

/** Whoever revealed a commit, which is what an entry hangs on. */
export interface Entry extends Commitments {
  readonly hotkey: string
  readonly commit: Revealed
}

const KEYS = ['commit', 'repo', 'cdn_url'] as const

/** @returns entries by the block of their commit, ascending; in the chain's order within a block */
export function entriesIn(window: BlockRange, reveals: readonly Reveal[]): Entry[] {
  const byHotkey = Map.groupBy(reveals, ({ hotkey }) => hotkey)
  return [...byHotkey]
    .flatMap(([hotkey, own]): Entry[] => {
      const { commit, ...rest } = commitmentsIn(window, own)
      return commit === undefined ? [] : [{ hotkey, commit, ...rest }]
    })
    .sort((a, b) => a.commit.block - b.commit.block)
}

/** For each key by itself the newest value; the first one seen of those in one block. @param own reveals of one hotkey */
export function commitmentsIn(window: BlockRange, own: readonly Reveal[]): Commitments {
  const found: Partial<Record<(typeof KEYS)[number], Revealed>> = {}
  for (const { block, text } of own) {
    if (block < window.earliest || block > window.latest) continue
    const fields = objectIn(text)
    for (const key of KEYS) {
      const value = fields[key]
      if (typeof value !== 'string' || value === '') continue
      if (block > (found[key]?.block ?? -1)) found[key] = { value, block }
    }
  }
  return found
}

/** The last block in which a hotkey revealed a value that is meant. @param own reveals of that hotkey */
export function lastBlockOf(
  key: keyof Commitments,
  own: readonly Pick<Reveal, 'block' | 'text'>[],
  isMeant: (value: unknown) => boolean,
): number | undefined {
  const blocks = own.filter(({ text }) => isMeant(objectIn(text)[key])).map(({ block }) => block)
  return blocks.length === 0 ? undefined : Math.max(...blocks)
}

/** The object that a text is, or an empty one. */
function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

import { InvalidArgumentError } from 'commander'

/** What can be gathered; the last one runs miners' images, whose pods one machine holds. */
export const KINDS = ['deadline', 'download', 'preview', 'duel', 'distance', 'regeneration'] as const
export type Kind = (typeof KINDS)[number]

const isKind = (name: string): name is Kind => (KINDS as readonly string[]).includes(name)

export function kindsOf(text: string): Kind[] {
  const names = text.split(',').map((name) => name.trim())
  const kinds = names.filter(isKind)
  if (kinds.length === names.length && kinds.length > 0) return kinds
  throw new InvalidArgumentError(`expected some of ${KINDS.join(', ')}, with commas between them`)
}

/** What each leaves in the store. */
const EVIDENCE: Readonly<Record<Kind, readonly string[]>> = {
  deadline: ['deadline'],
  download: ['downloads'],
  preview: ['preview'],
  duel: ['duel', 'canary-picture'],
  distance: ['distance'],
  regeneration: ['generation', 'regeneration'],
}

export const evidenceOf = (kinds: readonly Kind[]): ReadonlySet<string> =>
  new Set(kinds.flatMap((kind) => EVIDENCE[kind]))

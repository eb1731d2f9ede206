/** What a typed, reasoned act of a person's covers in the commit that records it: the rest of it must be legal without. */
import { archivePath } from '../../state/archive.ts'
import { files } from '../../state/files.ts'
import type { Intervention } from '../../state/intervention.ts'
import type { Step } from '../step.ts'

export interface Covered {
  /** Of the act, if there is one in the commit. */
  readonly acts: readonly Intervention[]
  /** Whether the act is a reason for this file to change; whether it changed as it should is for the check of acts. */
  covers(path: string): boolean
  /** Where the act put away what lay at a path, byte for byte. */
  movedTo(path: string): string | undefined
}

export function coveredBy({ interventions, changed }: Pick<Step, 'interventions' | 'changed'>): Covered {
  const records = changed.filter(({ located, before }) => located?.file === files.intervention && before === undefined)
  const moves = new Map(interventions.flatMap(movesOf))
  const archives = new Set(moves.values())
  const paths = new Set(records.map(({ path }) => path))
  for (const { kind, round } of interventions) {
    if (kind === 'note' || kind === 'adopt') continue
    paths.add(files.state.path())
    if (kind === 'void') paths.add(files.winner.path(round))
  }
  return {
    acts: interventions,
    covers: (path) => paths.has(path) || moves.has(path) || archives.has(path),
    movedTo: (path) => moves.get(path),
  }
}

/** The attempt that begins with an act puts away what the one before it made. */
function movesOf(act: Intervention): [string, string][] {
  if (act.kind !== 'redo-stage' && act.kind !== 'void') return []
  const { archived = [], attempt = 1 } = act
  const folder = `rounds/${act.round}/`
  const ofRound = archived.filter((path) => path.startsWith(folder) && path.length > folder.length)
  return ofRound.map((path) => [path, archivePath(path, attempt - 1)])
}

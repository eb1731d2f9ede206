/** Which file may be written by whom, in which stage, and of which round. */
import { isEngineOwned } from '../../rules/ownership.ts'
import { isArchived } from '../../state/archive.ts'
import { files } from '../../state/files.ts'
import type { State } from '../../state/state.ts'
import type { Changed } from '../step.ts'
import type { Author } from './authorship.ts'
import { isInStateArea } from './state-area.ts'
import { anyOf } from './words.ts'

export interface Fault {
  readonly code: 'stage/by-hand' | 'stage/wrong-owner' | 'stage/wrong-stage' | 'stage/wrong-round'
  readonly path: string
  /** Goes on from the path. */
  readonly what: string
}

/** @param state as of the parent */
export function faultOfWrite(changed: Changed, by: Author, state: State): Fault | undefined {
  const { path } = changed
  const fault = (code: Fault['code'], what: string): Fault => ({ code, path, what })
  if (by === 'human') {
    if (isEngineOwned(path)) return fault('stage/by-hand', `is written by ${writersOf(changed)}`)
    const round = roundOf(path)
    if (round === undefined || round === state.current_round) return undefined
    return fault('stage/wrong-round', `belongs to round ${round}, while round ${state.current_round} is played`)
  }
  const owner = ownerFault(changed, by)
  if (owner !== undefined) return fault('stage/wrong-owner', owner)
  const round = roundFault(changed, state)
  if (round !== undefined) return fault('stage/wrong-round', round)
  const stage = stageFault(changed, state)
  return stage === undefined ? undefined : fault('stage/wrong-stage', stage)
}

function writersOf({ path, located }: Changed): string {
  if (located === undefined) return isArchived(path) ? 'a recorded act only, in interventions/' : 'the engine only'
  const writers = located.file.writers.filter((writer) => writer !== 'human')
  return writers.length > 1 ? 'the engine only' : `the ${writers.join()} only`
}

function ownerFault({ path, located }: Changed, by: Exclude<Author, 'human'>): string | undefined {
  if (isArchived(path)) return 'is put away by a recorded act only, in interventions/'
  if (by === 'engine') return undefined
  if (located === undefined) return isInStateArea(path) ? undefined : `is no record, but was written by the ${by}`
  const { writers } = located.file
  if (writers.includes(by)) return undefined
  return `was written by the ${by}; it is for ${anyOf(writers.map((each) => (each === 'human' ? 'people' : `the ${each}`)))}`
}

/** The next round's schedule is made while the last one is finalized; everything else is of the round that is played. */
function roundFault({ path, located }: Changed, { current_round: current, stage }: State): string | undefined {
  const round = roundOf(path)
  if (round === undefined) return undefined
  const isNext = stage === 'finalizing' && (located === undefined || located.file === files.schedule)
  if (round === current || (isNext && round === current + 1)) {
    const early = located?.file === files.schedule && round === current
    return early ? `belongs to round ${round}, which has begun: its schedule stands` : undefined
  }
  return `belongs to round ${round}, while round ${current} is played`
}

function stageFault({ located }: Changed, { stage }: State): string | undefined {
  const stages = located?.file.stages ?? []
  if (located === undefined || stages.length === 0 || stages.includes(stage)) return undefined
  return `is written in ${anyOf(stages)}, not in ${stage}`
}

function roundOf(path: string): number | undefined {
  const number = /^rounds\/(\d{1,15})\//.exec(path)?.[1]
  return number === undefined ? undefined : Number(number)
}

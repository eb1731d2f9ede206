/** Whether a commit is a person's typed act and nothing else: what the rule makes of the record before it, path by path. */
import { isDeepStrictEqual } from 'node:util'
import { isError } from '../errors.ts'
import { type Effect, effectOf, recordOf, type Scene } from '../rules/intervention.ts'
import { files } from '../state/files.ts'
import type { Intervention } from '../state/intervention.ts'
import { fileAt } from '../state/locate.ts'
import type { Records } from './records.ts'
import { nextNumber, sceneOf } from './scene.ts'

export interface Change {
  readonly before: Records
  readonly after: Records
  readonly changed: readonly string[]
  /** Whether `to` after the commit is, byte for byte, what `from` was before it. */
  isMoved(from: string, to: string): Promise<boolean> | boolean
}

export interface Explanation {
  /** Path of the act's record. */
  readonly path: string
  /** Undefined where the record cannot be read. */
  readonly act: Intervention | undefined
  /** What the commit changed just as the act demands. */
  readonly explained: ReadonlySet<string>
  readonly problems: readonly Problem[]
}

export interface Problem {
  /** `contents`: it changed something otherwise, or did not change what it should have. */
  readonly kind: 'sequence' | 'unreadable' | 'impossible' | 'contents'
  readonly path: string
  /** A sentence without a final dot. */
  readonly message: string
}

/** @returns undefined for a commit that adds no record of an act */
export async function explain(change: Change): Promise<Explanation | undefined> {
  const [path, ...others] = await addedRecords(change)
  if (path === undefined) return undefined
  const problems: Problem[] = []
  const failed = (problem: Problem): Explanation => ({
    path,
    act: undefined,
    explained: new Set(),
    problems: [...problems, problem],
  })
  try {
    const act = await change.after.read(files.intervention, numberOf(path))
    const expected = files.intervention.path(await nextNumber(change.before))
    if (path !== expected)
      problems.push({ kind: 'sequence', path, message: `the next act goes to ${expected}, not to ${path}` })
    for (const other of others) {
      const message = `one commit holds one act, and ${path} is in it already`
      problems.push({ kind: 'contents', path: other, message })
    }
    const scene = await sceneOf(change.before)
    const effect = effectOf(act, scene, path)
    problems.push(...wrongFields(path, act, scene, effect))
    const explained = await explainedPaths(change, effect, scene, path)
    for (const at of new Set([...change.changed, ...pathsOf(effect, scene)])) {
      if (explained.has(at) || others.includes(at)) continue
      problems.push({ kind: 'contents', path: at, message: `${at} is not as it follows from it` })
    }
    return { path, act, explained, problems }
  } catch (error) {
    if (!isError(error)) throw error
    const { code, message, where } = error
    if (code === 'state-file') return failed({ kind: 'unreadable', path: where ?? path, message })
    if (code === 'usage') return failed({ kind: 'impossible', path, message: `it was not possible then: ${message}` })
    throw error
  }
}

const numberOf = (path: string) => fileAt(path)?.args[0] as number

async function addedRecords({ before, after, changed }: Change): Promise<string[]> {
  const added: string[] = []
  for (const path of changed) {
    if (fileAt(path)?.file !== files.intervention) continue
    if ((await before.text(path)) === undefined && (await after.text(path)) !== undefined) added.push(path)
  }
  return added
}

function wrongFields(path: string, act: Intervention, scene: Scene, effect: Effect): Problem[] {
  const expected = recordOf(act, act, scene, effect)
  return Object.entries(expected)
    .filter(([field, value]) => !isDeepStrictEqual(act[field], value))
    .map(([field]) => ({ kind: 'contents', path, message: `its field ${field} is not what follows from the record` }))
}

/** Everything that an act touches besides its record. */
function pathsOf({ state, moves, winner }: Effect, scene: Scene): string[] {
  return [
    ...(isDeepStrictEqual(state, scene.state) ? [] : [files.state.path()]),
    ...[...moves].flat(),
    ...(winner === undefined ? [] : [files.winner.path(state.current_round)]),
  ]
}

async function explainedPaths(change: Change, effect: Effect, scene: Scene, record: string): Promise<Set<string>> {
  const { after } = change
  const explained = new Set([record])
  const round = effect.state.current_round
  const winner = files.winner.path(round)
  for (const [from, to] of effect.moves) {
    if (await change.isMoved(from, to)) explained.add(to)
    if ((await after.text(from)) === undefined) explained.add(from)
  }
  if (effect.winner !== undefined) {
    if (isDeepStrictEqual(await after.find(files.winner, round), effect.winner)) explained.add(winner)
    else explained.delete(winner)
  }
  const state = await after.find(files.state)
  if (!isDeepStrictEqual(effect.state, scene.state) && isDeepStrictEqual(state, effect.state))
    explained.add(files.state.path())
  return explained
}

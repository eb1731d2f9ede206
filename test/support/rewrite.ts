/**
 * Histories written anew by somebody who may: from one commit on files say something else, and all that came after is
 * put on top with its messages, trailers and dates, as a forger would who owns the branch.
 */

import { BareRepo } from '../../src/repo/bare-repo.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import type { ChangeSet } from '../../src/repo/state-repo.ts'
import type { StateFile } from '../../src/state/state-file.ts'
import { type Content, type Planned, plansOf } from './memory-history.ts'

/** @param text what the path held; undefined when it was not there. @returns null to take it out */
export type Alter = (text: string | undefined) => string | null

/** All commits of a repository, to be changed and then looked at or written. */
export async function plansAt(source: string): Promise<Planned[]> {
  await using history = await openHistory(source)
  return await plansOf(history)
}

/** Every version of these files from commit `from` (a position) on is altered; at `from` also one that it did not touch. */
export function altered(
  plans: readonly Planned[],
  from: number,
  alters: Readonly<Record<string, Alter>>,
  also: Partial<Planned> = {},
): Planned[] {
  const alter = (path: string, content: Content | undefined) => alters[path]?.(textOf(content)) ?? null
  return plans.map((plan, position) => {
    if (position < from) return plan
    const files = { ...plan.files }
    for (const path of Object.keys(alters)) {
      if (Object.hasOwn(files, path)) files[path] = alter(path, files[path])
      else if (position === from) files[path] = alter(path, contentAt(plans, from, path))
    }
    return { ...plan, files, ...(position === from ? also : {}) }
  })
}

/** One more commit on top, by the same hand and ten minutes later unless told otherwise. */
export function onTop(plans: readonly Planned[], alters: Readonly<Record<string, Alter>>, also: Partial<Planned> = {}) {
  const { at: _, written: __, files: ___, ...last } = plans.at(-1) ?? {}
  return altered([...plans, { ...last, files: {} }], plans.length, alters, also)
}

/** A file of ours with something in it changed, written as the engine writes it: spread several into one record. */
export const forged = <T, A extends readonly (string | number)[]>(
  file: StateFile<T, A>,
  args: A,
  forge: (value: T) => T,
): Record<string, Alter> => {
  const path = file.path(...args)
  return { [path]: (text) => (text === undefined ? null : file.serialise(forge(file.parse(text, path)))) }
}

/** Position of the first commit whose message says this, from `after` on. */
export function positionOf(plans: readonly Planned[], says: string, after = 0): number {
  const found = plans.findIndex(({ message = '' }, position) => position >= after && message.includes(says))
  if (found < 0) throw new Error(`no commit says ${JSON.stringify(says)}`)
  return found
}

/** What a path holds as of a commit. */
export function textAt(plans: readonly Planned[], position: number, path: string): string | undefined {
  return textOf(contentAt(plans, position, path))
}

/** Writes a history into a folder that is not there yet, signed where a plan has a signer. @returns the repository and its commits, oldest first */
export async function writeHistory(
  dir: string,
  plans: readonly Planned[],
): Promise<{ repo: BareRepo; oids: string[] }> {
  const [root, ...others] = plans.map((plan) => ({ change: changeOf(plan), by: signatureOf(plan) }))
  if (root === undefined) throw new Error('a history has commits')
  const { change, by } = root
  const repo = await BareRepo.create(dir, { branch: 'main', ...change, by })
  const oids = [await repo.head()]
  for (const { change, by } of others) oids.push(await repo.commit(oids.at(-1) as string, change, by))
  return { repo, oids }
}

function changeOf({ files = {}, message = 'A change', trailers = {} }: Planned): ChangeSet {
  const contents = Object.entries(files).map(([path, content]): [string, string | Uint8Array | null] => [
    path,
    content === null || typeof content === 'string' || content instanceof Uint8Array
      ? content
      : (content.content ?? ''),
  ])
  return { files: new Map(contents), message, trailers }
}

function signatureOf({ by, at, signer }: Planned) {
  if (!(at instanceof Date)) throw new Error('a history that is written needs moments, not minutes')
  return { name: 'Somebody', email: 'somebody@roundkeeper.test', ...by, at, ...(signer && { signer }) }
}

function contentAt(plans: readonly Planned[], position: number, path: string): Content | undefined {
  const plan = plans.slice(0, position + 1).findLast(({ files = {} }) => Object.hasOwn(files, path))
  return plan?.files?.[path]
}

function textOf(content: Content | undefined): string | undefined {
  if (content === null || content === undefined) return undefined
  if (typeof content === 'string') return content
  return content instanceof Uint8Array ? new TextDecoder().decode(content) : content.content
}

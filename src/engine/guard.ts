/**
 * The engine builds on what it decided itself, and on typed acts of people: never on somebody's edit of its files.
 * It goes by the trailers of commits, which anybody with write access can forge. Where the repository has
 * `policy/allowed_signers`, signatures tell who really made a commit: `verify` looks at those.
 */
import { RoundkeeperError } from '../errors.ts'
import type { CommitInfo, StateRepo } from '../repo/state-repo.ts'
import { isEngineOwned } from '../rules/ownership.ts'
import { isAdoptable } from './adopt.ts'
import { actOf, isOfEngine } from './provenance.ts'

const MAX_LISTED = 5

interface Offence {
  readonly commit: string
  readonly paths: readonly string[]
}

/**
 * Looks from the head back to the newest commit of an engine; usually that is the head itself. What is undone again
 * does not count; a history in which no engine ever acted is its founder's.
 * @throws RoundkeeperError `refused` naming every commit that changed the engine's files, and what to do
 */
export async function guard(repo: StateRepo, head: string): Promise<void> {
  const offences = await offencesSince(repo, head)
  if (offences.length === 0) return
  const lines = offences.slice(0, MAX_LISTED).map(({ commit, paths }) => `\n  ${commit} changed ${shown(paths)}`)
  const more = offences.length > MAX_LISTED ? `\n  and ${offences.length - MAX_LISTED} more` : ''
  throw new RoundkeeperError(
    'refused',
    `files of the engine’s were edited by hand, and nothing is built on that:${lines.join('')}${more}`,
    { where: offences.map(({ commit }) => commit.slice(0, 10)).join(', '), hint: remedy(offences) },
  )
}

const shown = (paths: readonly string[]) =>
  `${paths.slice(0, MAX_LISTED).join(', ')}${paths.length > MAX_LISTED ? ` and ${paths.length - MAX_LISTED} more` : ''}`

function remedy(offences: readonly Offence[]): string {
  const revert = `git revert ${offences.map(({ commit }) => commit.slice(0, 10)).join(' ')}`
  const adopted = offences.filter(({ paths }) => paths.every(isAdoptable))
  const adopt = adopted.map(({ commit }) => `roundkeeper intervene adopt ${commit.slice(0, 10)} --reason "…"`)
  return adopt.length === 0
    ? `Undo it in a clone and push: ${revert}`
    : `Stand for it: ${adopt.join('; ')}. Or undo it in a clone and push: ${revert}`
}

/** Edits by hand between commits of the engine and typed acts, newest first. */
async function offencesSince(repo: StateRepo, head: string): Promise<Offence[]> {
  const offences: Offence[] = []
  const adopted = new Set<string>()
  let edits: CommitInfo[] = []
  let next: string | undefined = head
  for await (const commit of repo.log(head)) {
    if (commit.oid !== next) continue
    next = commit.parents[0]
    const act = isOfEngine(commit) ? 'engine' : await actOf(repo, commit)
    if (act === undefined) {
      edits.push(commit)
      continue
    }
    offences.push(...(await offencesOf(repo, commit.oid, edits, adopted)))
    if (act === 'engine') return offences
    if (act.act?.kind === 'adopt') for (const path of act.act.paths) adopted.add(`${act.act.commit} ${path}`)
    edits = []
  }
  return []
}

/** @param edits commits right after `base`, newest first */
async function offencesOf(
  repo: StateRepo,
  base: string,
  edits: readonly CommitInfo[],
  adopted: ReadonlySet<string>,
): Promise<Offence[]> {
  const [last] = edits
  if (last === undefined) return []
  const differing = new Set((await repo.changes(base, last.oid)).filter(isEngineOwned))
  if (differing.size === 0) return []
  const offences: Offence[] = []
  for (const { oid, parents } of edits) {
    const changed = await repo.changes(parents[0] ?? base, oid)
    const paths = changed.filter((path) => differing.has(path) && !adopted.has(`${oid} ${path}`))
    if (paths.length > 0) offences.push({ commit: oid, paths })
  }
  return offences
}

/** Which commit a person means to stand for, and what of the engine's it changed. */
import { RoundkeeperError } from '../errors.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import type { Act } from '../rules/intervention.ts'
import { isEngineOwned } from '../rules/ownership.ts'
import { actOf, isOfEngine } from './provenance.ts'

const ID = /^[0-9a-f]{7,40}$/

/** @param id the commit's, or its beginning from seven digits on @throws RoundkeeperError `usage`, `not-found` */
export async function adoptable(repo: StateRepo, head: string, id: string): Promise<Act & { kind: 'adopt' }> {
  if (!ID.test(id)) throw refusal(`${JSON.stringify(id)} is no id of a commit`, id)
  for await (const commit of repo.log(head)) {
    if (!commit.oid.startsWith(id)) continue
    const [parent] = commit.parents
    if (parent === undefined) throw refusal('the founding commit needs nobody to stand for it', id)
    if (isOfEngine(commit)) throw refusal('the engine made it: it needs nobody to stand for it', id)
    if ((await actOf(repo, commit)) !== undefined) throw refusal('it is a typed act already', id)
    const paths = (await repo.changes(parent, commit.oid)).filter(isAdoptable)
    if (paths.length > 0) return { kind: 'adopt', commit: commit.oid, paths }
    throw refusal('it changes nothing of the engine’s that a person could stand for', id)
  }
  throw new RoundkeeperError('not-found', `there is no commit ${id} in the history of ${head.slice(0, 10)}`, {
    where: repo.id,
    hint: 'Give the id of a commit of the competition, from seven digits on (git log).',
  })
}

/** Records of acts are what everything rests on: who changed one by hand has to revert that. */
export const isAdoptable = (path: string) => isEngineOwned(path) && !path.startsWith('interventions/')

const refusal = (message: string, id: string) =>
  new RoundkeeperError('usage', `commit ${id} cannot be adopted: ${message}`, {
    where: id,
    hint: 'Name a commit by hand that changed files of the engine’s: `roundkeeper advance` says which.',
  })

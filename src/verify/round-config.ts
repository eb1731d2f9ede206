import { Snapshot } from '../engine/snapshot.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { type Config, files } from '../state/index.ts'

/**
 * The configuration that a round was decided by: that of the commit which recorded its winner. Walks the history.
 * @returns undefined when no commit did
 */
export async function configOfRound(
  repo: StateRepo,
  head: string,
  round: number,
): Promise<{ config: Config; commit: string } | undefined> {
  let commit: string | undefined
  for await (const { oid } of repo.log(head)) {
    const isDecided = (await repo.read(oid, files.winner.path(round))) !== undefined
    if (isDecided) commit = oid
    else if (commit !== undefined) break
  }
  return commit === undefined ? undefined : { config: await new Snapshot(repo, commit).read(files.config), commit }
}

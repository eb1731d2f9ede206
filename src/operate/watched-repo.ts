/** A repository of whose commits somebody hears as they are made. */
import type { StateRepo } from '../repo/state-repo.ts'

export function watchedRepo(repo: StateRepo, onCommit: (oid: string, message: string) => void): StateRepo {
  return {
    ...viewOf(repo, () => repo.head()),
    async commit(base, change, by) {
      const oid = await repo.commit(base, change, by)
      if (oid !== base) onCommit(oid, change.message)
      return oid
    },
  }
}

/** As it was at a commit, whatever comes after. */
export const repoAt = (repo: StateRepo, head: string): StateRepo => viewOf(repo, async () => head)

const viewOf = (repo: StateRepo, head: () => Promise<string>): StateRepo => ({
  id: repo.id,
  ...(repo.maxChangeBytes !== undefined && { maxChangeBytes: repo.maxChangeBytes }),
  head,
  read: (at, path) => repo.read(at, path),
  list: (at, folder) => repo.list(at, folder),
  changes: (base, at) => repo.changes(base, at),
  log: (at) => repo.log(at),
  commit: (base, change, by) => repo.commit(base, change, by),
})

import type { StateRepo } from '../../src/repo/state-repo.ts'

/** The same repository, which says that a commit takes only so many bytes. */
export const limitedRepo = (repo: StateRepo, maxChangeBytes: number | undefined): StateRepo => ({
  id: repo.id,
  ...(maxChangeBytes !== undefined && { maxChangeBytes }),
  head: () => repo.head(),
  read: (head, path) => repo.read(head, path),
  list: (head, folder) => repo.list(head, folder),
  changes: (base, head) => repo.changes(base, head),
  log: (head) => repo.log(head),
  commit: (base, change, by) => repo.commit(base, change, by),
})

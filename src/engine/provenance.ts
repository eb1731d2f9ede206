/** Who made a commit, by its trailers and by what it holds. */
import { type Message, parseMessage } from '../repo/message.ts'
import type { CommitInfo, StateRepo } from '../repo/state-repo.ts'
import { type Explanation, explain } from './explain.ts'
import { Snapshot } from './snapshot.ts'

/** Every commit of an engine names the engine and the owner of the stage for which it acted. */
export function isEngineMade({ trailers }: Pick<Message, 'trailers'>): boolean {
  const { Engine: engine, Owner: owner } = trailers
  return Boolean(engine) && Boolean(owner) && owner !== 'human'
}

export const isOfEngine = ({ message }: Pick<CommitInfo, 'message'>) => isEngineMade(parseMessage(message))

/** The act that a commit is, where it is one and nothing else; undefined for every other commit. */
export async function actOf(repo: StateRepo, commit: CommitInfo): Promise<Explanation | undefined> {
  const [parent] = commit.parents
  const { Engine: engine, Owner: owner } = parseMessage(commit.message).trailers
  if (parent === undefined || !engine || owner !== 'human') return undefined
  const before = new Snapshot(repo, parent)
  const after = new Snapshot(repo, commit.oid)
  const found = await explain({
    before,
    after,
    changed: await repo.changes(parent, commit.oid),
    isMoved: async (from, to) => Buffer.compare(await before.bytes(from), await after.bytes(to)) === 0,
  })
  return found?.problems.length === 0 ? found : undefined
}

import type { StateRepo } from '../../src/repo/state-repo.ts'

const BY = { name: 'Test', email: 'test@roundkeeper.test', at: new Date(0) }
const unused = () => {
  throw new Error('there is only one commit, and there will be no other')
}

/** A competition of one commit, in memory, for reading. */
export const oneCommit = (record: ReadonlyMap<string, string>): StateRepo => ({
  id: 'made up',
  head: async () => '0'.repeat(40),
  async read(_, path) {
    const text = record.get(path)
    return text === undefined ? undefined : new TextEncoder().encode(text)
  },
  list: async (_, folder) => [...record.keys()].filter((path) => folder === '' || path.startsWith(`${folder}/`)).sort(),
  async *log(oid) {
    yield { oid, parents: [], message: 'Made up', author: BY, committer: BY }
  },
  changes: unused,
  commit: unused,
})

/** A worker of `bench/pools.ts`: `node worker.ts URL PREFIX DIR CONCURRENCY`. Says when it listens; ends with its input. */
import { once } from 'node:events'
import { FolderStore } from '../../src/store/folder-store.ts'
import { work } from '../../src/work/redis/redis-worker.ts'
import { makeDigest } from './digest.ts'

const [url = '', prefix = '', dir = '', concurrency = ''] = process.argv.slice(2)
const store = new FolderStore({ dir })
const stop = new AbortController()
void once(process.stdin.resume(), 'end').then(() => stop.abort())
await work(
  {
    ...{ url, prefix, store, concurrency: Number(concurrency), lockMs: 30_000, graceMs: 1_000 },
    perform: async ({ input }) => void (await makeDigest(store, (input as { n: number }).n)),
    tell: (event) => {
      if (event.kind === 'ready') process.stdout.write('ready\n')
      else if (event.kind !== 'done') console.error(event)
    },
  },
  stop.signal,
)
process.exit()

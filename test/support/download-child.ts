/**
 * Takes the competition in a folder from `downloading` to `duels`, its models from a server on this machine:
 * `node download-child.ts DIR PORT CHAIN_GENESIS NOW`. Says which stage it came to.
 */
import { join } from 'node:path'
import { ClockChain } from '../../src/chain/clock-chain.ts'
import { advance } from '../../src/engine/advance.ts'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { HttpDownloader } from '../../src/media/http-downloader.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import { owners } from '../../stages/index.ts'
import { BY } from './competition.ts'
import { fakePorts } from './fake-ports.ts'

const [dir = '', port = '', genesis = '', now = ''] = process.argv.slice(2)
const clock = new VirtualClock(new Date(now), { autoAdvance: true })
const http = new HttpDownloader({ hosts: { 'cdn.test': { address: '127.0.0.1', port: Number(port) } } })
const report = await advance({
  repo: await BareRepo.open(join(dir, 'state.git'), { branch: 'main' }),
  clock,
  by: BY,
  run: 'test',
  engine: 'roundkeeper/test',
  commitEveryMs: 0,
  owners,
  untilIdle: false,
  context: {
    chain: new ClockChain({ genesis: new Date(genesis), seed: 'test', clock }),
    clock,
    pool: new InProcessPool(2),
    format: generation3d({
      ...fakePorts([]),
      store: new FolderStore({ dir: join(dir, 'store'), baseUrl: 'https://store.test' }),
      // The server has no certificate.
      downloader: {
        fetch: (url, ...rest) => http.fetch(url, ...rest),
        look: (url, ...rest) => http.look(url, ...rest),
        stream: (url, ...rest) => http.stream(url.replace('https:', 'http:'), ...rest),
      },
    }),
    signal: new AbortController().signal,
    progress: () => undefined,
  },
})
if (report.errors.length > 0) throw report.errors[0]
process.stdout.write(`${report.stage}\n`)

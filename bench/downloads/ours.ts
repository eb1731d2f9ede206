/** As a round does it: `node ours.ts PORT FILES DIR`, the files those of 16 miners on four hosts, into an object store. */
import { FairShare } from '../../src/engine/fair-share.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { downloadModel, MAX_ATTEMPT_MS, type Wanted } from '../../src/formats/generation-3d/download-model.ts'
import { OwnNetwork } from '../../src/formats/generation-3d/own-network.ts'
import { settingsOf } from '../../src/formats/generation-3d/settings.ts'
import { Stopwatch } from '../../src/formats/generation-3d/stopwatch.ts'
import { HttpDownloader } from '../../src/media/http-downloader.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import { syntheticPorts } from '../synthetic/ports.ts'
import { tell } from './told.ts'

const [port = '', files = '', dir = ''] = process.argv.slice(2)
const MINERS = 16
const HOSTS = 4
const names = Array.from({ length: HOSTS }, (_, at) => `cdn-${at}.test`)
const hosts = Object.fromEntries(names.map((name) => [name, { address: '127.0.0.1', port: Number(port) }]))
const ports = {
  ...syntheticPorts(() => []),
  downloader: new HttpDownloader({ hosts }),
  store: new FolderStore({ dir }),
}
const clock = new SystemClock()
const share = new FairShare()
const settings = settingsOf({})
const context = { clock, signal: new AbortController().signal }
const network = new OwnNetwork(ports.downloader, context.signal)
const spent = Array.from({ length: MINERS }, () => new Stopwatch(clock, MAX_ATTEMPT_MS))

async function one(file: number): Promise<number> {
  const miner = file % MINERS
  const wanted: Wanted = {
    key: { competition: 'bench', round: 0, hotkey: `5${miner}` },
    url: `http://${names[miner % HOSTS]}/${file}`,
    prompt: { stem: String(file), url: '' },
    settings,
    until: clock.now(),
    spent: spent[miner] as Stopwatch,
    network,
  }
  const downloaded = await downloadModel(ports, share, wanted, context)
  if ('failure' in downloaded) throw new Error(downloaded.failure)
  return downloaded.size
}

await tell(async () =>
  (await Promise.all(Array.from({ length: Number(files) }, (_, file) => one(file)))).reduce((a, b) => a + b),
)

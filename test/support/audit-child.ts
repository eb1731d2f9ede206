// One try at an audit, to be killed: node audit-child.ts STORE PORT[,PORT] PROMPTS [batch [N]]. The image listens at PORT, one
// for every pod; what the store keeps is all that is left of it. It dies by itself once it has kept N models.
import { MinerHttp } from '../../src/compute/miner-http.ts'
import type { Batch } from '../../src/compute/pods.ts'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { Regeneration } from '../../src/formats/generation-3d/regenerate.ts'
import { settingsOf } from '../../src/formats/generation-3d/settings.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import { fakePorts } from './fake-ports.ts'

const [dir = '', ports = '', count = '', contract = 'single', most = '0'] = process.argv.slice(2)
const addresses = ports.split(',').map((port) => `http://127.0.0.1:${port}`)
const clock = new SystemClock()
const limits = {
  maxBytes: 1e6,
  generateMs: 60_000,
  healthMs: 5000,
  startMs: 5000,
  healthEveryMs: 10,
  batch: { lookEveryMs: () => 5 },
}
const pods = {
  id: 'server',
  async start(_image: string, id: string) {
    const http = new MinerHttp(addresses[Number(id.at(-1)) % addresses.length] ?? '', clock, limits)
    const pod = {
      id,
      generate: (prompt: { image: Uint8Array }, seed: number, signal: AbortSignal) =>
        http.generate(prompt.image, seed, signal),
      generateBatch: (batch: Batch, signal: AbortSignal) => http.generateBatch(batch, signal),
      stop: () => http.close(),
    }
    return { ok: true as const, pod }
  },
}
const store = new FolderStore({ dir, baseUrl: 'https://store.test' })
let kept = 0
const put = store.put.bind(store)
store.put = async (key, ...rest) => {
  await put(key, ...rest)
  if (key.startsWith('evidence/generation/') && ++kept === Number(most)) process.kill(process.pid, 'SIGKILL')
}
const subject = {
  image: 'image',
  name: 'miner',
  owner: { competition: 'tiny', round: 0 },
  settings: settingsOf({ settings: { contract, batch_prompts: 16 } }),
  anew: {},
}
const { signal } = new AbortController()
await using regeneration = new Regeneration({ ...fakePorts([]), store, pods, crew: { pods: 2, first: 2 } }, subject, {
  clock,
  pool: new InProcessPool(4),
  signal,
  progress: () => undefined,
})
const tasks = Array.from({ length: Number(count) }, (_, at) => {
  const stem = `p${String(at).padStart(3, '0')}`
  return { prompt: { stem, url: `https://prompts.test/${stem}.png` }, seed: 7 }
})
const hour = 3600
const limitsOfAudit = { hardSeconds: hour, softSeconds: hour, trimCount: 0, attempts: 3, acceptableDistance: 0.1 }
const made = await regeneration.make(tasks, limitsOfAudit)
process.stdout.write(JSON.stringify({ made: made.ok && Object.keys(made.outputs).length, stats: regeneration.stats() }))

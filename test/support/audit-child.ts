// One try at an audit, to be killed: node audit-child.ts STORE PORT PROMPTS. The image listens at PORT; what the store
// keeps is all that is left of it.
import { MinerHttp } from '../../src/compute/miner-http.ts'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { Regeneration } from '../../src/formats/generation-3d/regenerate.ts'
import { settingsOf } from '../../src/formats/generation-3d/settings.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import { fakePorts } from './fake-ports.ts'

const [dir = '', port = '', count = ''] = process.argv.slice(2)
const clock = new SystemClock()
const limits = { maxBytes: 1e6, generateMs: 60_000, healthMs: 5000, startMs: 5000, healthEveryMs: 10 }
const pods = {
  id: 'server',
  async start(_image: string, id: string) {
    const http = new MinerHttp(`http://127.0.0.1:${port}`, clock, limits)
    const pod = {
      id,
      generate: (prompt: { image: Uint8Array }, seed: number, signal: AbortSignal) =>
        http.generate(prompt.image, seed, signal),
      stop: () => http.close(),
    }
    return { ok: true as const, pod }
  },
}
const store = new FolderStore({ dir, baseUrl: 'https://store.test' })
const subject = {
  image: 'image',
  name: 'miner',
  owner: { competition: 'tiny', round: 0 },
  settings: settingsOf({}),
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

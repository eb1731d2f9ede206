/** A competition in a folder of an operator whose deadline has passed: its miners' models are to be fetched, from a host of the test. */
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { vi } from 'vitest'
import { Snapshot } from '../../src/engine/snapshot.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import type { StateRepo } from '../../src/repo/state-repo.ts'
import { configSchema, files } from '../../src/state/index.ts'
import { startHttpServer } from './file-server.ts'
import { roundkeeper } from './in-process-cli.ts'
import { signpost, writeGlb } from './models.ts'

export interface ServedCompetition extends AsyncDisposable {
  readonly dir: string
  /** Paths of models that were handed out whole. */
  readonly served: string[]
  /** The next request that comes after so many is not answered; resolves once it has come. */
  holdAfter(count: number): Promise<void>
  /** From now on all are answered. */
  release(): void
  repo(): Promise<StateRepo>
  snapshot(): Promise<Snapshot>
  subjects(): Promise<string[]>
}

const MINERS = ['ada', 'bea', 'cyd']
const PROMPTS = 3
/** Long enough ago for everything up to the deadline. */
const BEGAN = new Date(Date.now() - 3 * 86_400_000)

export async function servedCompetition(settings: object = {}): Promise<ServedCompetition> {
  const root = await mkdtemp(join(tmpdir(), 'roundkeeper-served-'))
  const dir = join(root, 'competition')
  const served: string[] = []
  let held: { after: number; come: () => void } | undefined
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#a00' } })
    .png()
    .toBuffer()
  const model = writeGlb(signpost())
  const host = await startHttpServer(({ url = '' }, response) => {
    if (url.endsWith('.png')) return response.end(picture)
    if (held !== undefined && served.length >= held.after) return held.come()
    served.push(url)
    return response.end(model)
  })
  try {
    vi.useFakeTimers({ toFake: ['Date'], now: BEGAN })
    await found(root, dir, host.port, settings)
  } finally {
    vi.useRealTimers()
  }
  const open = () => BareRepo.open(join(dir, 'state.git'), { branch: 'main' })
  return {
    dir,
    served,
    holdAfter: (after) => new Promise((come) => (held = { after, come })),
    release: () => (held = undefined),
    repo: open,
    async snapshot() {
      const repo = await open()
      return new Snapshot(repo, await repo.head())
    },
    async subjects() {
      const repo = await open()
      const all: string[] = []
      for await (const { message } of repo.log(await repo.head())) all.unshift(message.split('\n')[0] ?? '')
      return all
    },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      await rm(root, { recursive: true, force: true })
    },
  }
}

async function found(root: string, dir: string, port: number, settings: object): Promise<void> {
  const urls = Array.from({ length: PROMPTS }, (_, index) => `https://prompts.test/p${index}.png`)
  await writeFile(join(root, 'prompts.txt'), urls.join('\n'))
  const template = JSON.parse(await readFile(new URL('../../state-template/config.json', import.meta.url), 'utf8'))
  const config = configSchema.parse({
    ...template,
    ...{
      prompts_per_round: PROMPTS,
      carryover_prompts: 0,
      generation_stage_minutes: 10,
      source_audit: 'waived',
      audit_deadline_hours: 1_000,
    },
    settings: { ...template.settings, preview_size: 32, plain_http: true, unseen_prompts: 0, deadline_sweep: false },
  })
  await writeFile(join(root, 'config.json'), JSON.stringify(config))
  await run('init', dir, '--prompts', join(root, 'prompts.txt'), '--config', join(root, 'config.json'))
  const address = { address: '127.0.0.1', port }
  await edit(join(dir, 'roundkeeper.json'), (own) => ({
    ...own,
    ...{ hosts: { 'miners.test': address, 'prompts.test': address }, commit_every_seconds: 0 },
    ...settings,
  }))
  const repo = await BareRepo.open(join(dir, 'state.git'), { branch: 'main' })
  const now = new Snapshot(repo, await repo.head())
  const { earliest_reveal_block: block, latest_reveal_block: latest } = await now.read(files.schedule, 0)
  const chain = join(dir, 'chain.json')
  for (const [index, name] of MINERS.entries()) {
    const hotkey = `5${name.padEnd(47, 'x')}`
    const texts = [
      { commit: String(index + 1).repeat(40) },
      { repo: `${name}/model`, cdn_url: `http://miners.test/${name}` },
    ]
    for (const [after, text] of texts.entries())
      await appendFile(chain, `${JSON.stringify({ hotkey, block: block + after, text: JSON.stringify(text) })}\n`)
  }
  vi.setSystemTime(BEGAN.getTime() + (latest + 20) * 12_000)
  await run('advance', '--dir', dir, '--until-idle')
}

async function edit(path: string, change: (json: object) => object): Promise<void> {
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))))
}

async function run(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await roundkeeper(...args)
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stdout}${stderr}`)
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sha256Hex } from '../../src/rules/digest.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { batchImage } from '../support/miner-image/batch-image.ts'

const child = fileURLToPath(new URL('../support/audit-child.ts', import.meta.url))
const folder = temporaryFolder()
const PROMPTS = 128

/** Of the picture that `fakePorts` fetches. */
const pictureOf = (stem: string) => sha256Hex(JSON.stringify({ prompt: `/${stem}.png` }))

/** Digests of the pictures whose models are on record in the store. */
async function stored(dir = folder()): Promise<Set<string>> {
  const kept = join(dir, 'evidence', 'generation')
  const names = await readdir(kept).catch(() => [])
  const records = await Promise.all(names.map((name) => readFile(join(kept, name), 'utf8')))
  return new Set(records.map((text) => (JSON.parse(text) as { inputs: { prompt: string } }).inputs.prompt))
}

it('an audit of 128 prompts survives three kills and regenerates no prompt twice', async () => {
  const asked: string[] = []
  let running: ChildProcess | undefined
  let killAt = 0
  const server = createServer(async (request, response) => {
    const headers = { 'content-type': request.headers['content-type'] ?? '' }
    // Who is killed while it asks has not asked.
    const body = await request.toArray().catch(() => undefined)
    if (body === undefined) return
    const form = await new Response(Buffer.concat(body), { headers }).formData()
    const picture = await (form.get('prompt_image_file') as File).bytes()
    asked.push(sha256Hex(picture))
    if (asked.length === killAt) running?.kill('SIGKILL')
    response.end(JSON.stringify({ q: 1, who: 'image', stem: sha256Hex(picture) }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const run = async () => {
    const args = [child, folder(), String((server.address() as AddressInfo).port), String(PROMPTS)]
    running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const output = Array.fromAsync(running.stdout ?? [])
    const [, signal] = (await once(running, 'close')) as [number | null, NodeJS.Signals | null]
    return { signal, output: Buffer.concat(await output).toString() }
  }
  try {
    const again: string[] = []
    for (const kill of [20, 50, 100, 0]) {
      const before = await stored()
      killAt = kill
      const first = asked.length
      const { signal, output } = await run()
      expect(signal).toBe(kill > 0 ? 'SIGKILL' : null)
      again.push(...asked.slice(first).filter((picture) => before.has(picture)))
      if (kill > 0) continue
      expect(JSON.parse(output)).toMatchObject({ made: PROMPTS })
      const { stats } = JSON.parse(output) as { stats: Record<string, { processed: number }> }
      expect(Object.values(stats).reduce((sum, { processed }) => sum + processed, 0)).toBe(PROMPTS)
    }
    expect(again).toEqual([])
    expect((await stored()).size).toBe(PROMPTS)
    // What the two pods were at when it died was never kept: at most what each was asked for and had just answered.
    expect(asked.length).toBeLessThanOrEqual(PROMPTS + 3 * 4)
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

it('so does one whose prompts are asked for in batches: all of a batch is kept, or none of it had come', async () => {
  const dir = join(folder(), 'batches')
  const asked: string[] = []
  let running: ChildProcess | undefined
  /** Once so many were asked for, so many archives fetched, or so many models kept. */
  let kill: { readonly asked?: number; readonly fetched?: number; readonly kept?: number } = {}
  let fetched = 0
  const servers = await Promise.all(
    [0, 1].map(async () => {
      const told = (stems: string[]) => {
        asked.push(...stems)
        if (asked.length >= (kill.asked ?? Infinity)) running?.kill('SIGKILL')
      }
      const image = {
        behaviour: 'honest',
        known: [],
        q: 1,
        who: 'image',
        at: 0,
        crash: () => undefined,
        asked: told,
      } as const
      const server = batchImage(image).prependListener('request', ({ url }) => {
        if (url === '/results' && ++fetched >= (kill.fetched ?? Infinity)) running?.kill('SIGKILL')
      })
      await once(server.listen(0, '127.0.0.1'), 'listening')
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as AddressInfo).port).join()
  const run = async () => {
    const args = [child, dir, ports, String(PROMPTS), 'batch', String(kill.kept ?? 0)]
    running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const output = Array.fromAsync(running.stdout ?? [])
    await once(running, 'close')
    return Buffer.concat(await output).toString()
  }
  try {
    const again: string[] = []
    for (kill of [{ asked: 48 }, { kept: 21 }, { fetched: 7 }, {}]) {
      const before = await stored(dir)
      const first = asked.length
      const output = await run()
      again.push(...asked.slice(first).filter((stem) => before.has(pictureOf(stem))))
      if (Object.keys(kill).length === 0) expect(JSON.parse(output)).toMatchObject({ made: PROMPTS })
      else expect(output).toBe('')
    }
    expect(again).toEqual([])
    expect((await stored(dir)).size).toBe(PROMPTS)
    // What the two pods were at when it died: a batch each.
    expect(asked.length).toBeLessThanOrEqual(PROMPTS + 3 * 2 * 16)
  } finally {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
})

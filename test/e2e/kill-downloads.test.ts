import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { SHARES } from '../../src/engine/fair-share.ts'
import { files } from '../../src/state/index.ts'
import { competition, everyRound, miner, START, testConfig } from '../support/competition.ts'

const child = fileURLToPath(new URL('../support/download-child.ts', import.meta.url))
/** `FULL_SIZE=1` takes a round as large as real ones, and minutes. */
const [MINERS, PROMPTS] = process.env.FULL_SIZE ? [40, 128] : [10, 16]
const TOTAL = MINERS * PROMPTS

/** Addresses whose downloads are on record in the store. */
async function stored(dir: string): Promise<Set<string>> {
  const folder = join(dir, 'store', 'evidence', 'download')
  const names = await readdir(folder).catch(() => [])
  const records = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return new Set(records.map((text) => new URL((JSON.parse(text) as { inputs: { url: string } }).inputs.url).pathname))
}

/** `kill -9` while many miners’ files are downloaded; the next run asks for what is not in the store, and for nothing else. */
describe('a download stage that is killed', () => {
  it('goes on with what is missing', { timeout: 600_000 }, async () => {
    const miners = Array.from({ length: MINERS }, (_, at) => miner(`m${String(at).padStart(2, '0')}`, 1))
    const config = testConfig({ prompts_per_round: PROMPTS, settings: { deadline_sweep: true } })
    const pool = Array.from({ length: PROMPTS }, (_, at) => `https://prompts.test/p${String(at).padStart(3, '0')}.png`)
    await using game = await competition({ config, pool, miners, before: everyRound(...miners) })
    await game.play((report) => report.stage === 'miner_generation')
    game.clock.advance(61 * 60_000)
    await game.tick({ untilIdle: false })

    const asked = new Map<string, number>()
    let gone: ChildProcess | undefined
    let killAfter = 0
    const server = createServer(({ url = '' }, response) => {
      asked.set(url, (asked.get(url) ?? 0) + 1)
      const [, who, stem] = /^\/([^/]+)\/([^/]+)\.glb$/.exec(url) ?? []
      response.end(JSON.stringify({ q: 1, who, stem }))
      if (asked.size === killAfter) gone?.kill('SIGKILL')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const run = async () => {
      asked.clear()
      const genesis = new Date(START.getTime() - 3_600_000).toISOString()
      const args = [child, game.dir, String(port), genesis, game.clock.now().toISOString()]
      gone = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const output = Array.fromAsync(gone.stdout ?? [])
      const [, signal] = (await once(gone, 'close')) as [number | null, NodeJS.Signals | null]
      return {
        signal,
        stage: Buffer.concat(await output)
          .toString()
          .trim(),
      }
    }
    try {
      // At two places of no meaning, and to the end.
      const kills = [Math.floor(TOTAL * 0.27), Math.floor(TOTAL * 0.38)]
      for (const kill of kills) {
        killAfter = kill
        const before = await stored(game.dir)
        expect((await run()).signal).toBe('SIGKILL')
        expect([...asked.keys()].filter((path) => before.has(path))).toEqual([])
        expect(Math.max(...asked.values())).toBe(1)
      }
      const before = await stored(game.dir)
      // What was being fetched when it died is all that can be lost: sixteen files at a time from one host, here.
      expect(before.size).toBeGreaterThanOrEqual(kills.reduce((sum, kill) => sum + kill, 0) - 2 * SHARES.perHost)
      killAfter = 0
      expect(await run()).toEqual({ signal: null, stage: 'duels' })
      expect([...asked.values()].every((times) => times === 1)).toBe(true)
      expect(asked.size).toBe(TOTAL - before.size)
      expect([...asked.keys()].filter((path) => before.has(path))).toEqual([])
    } finally {
      server.close()
      server.closeAllConnections()
    }
    const end = await game.now()
    for (const { hotkey } of miners) {
      const outputs = Object.values(await end.read(files.submitted, 0, hotkey))
      expect(outputs).toHaveLength(PROMPTS)
      expect(outputs.every(({ glb, png }) => glb !== null && png !== null)).toBe(true)
    }
  })
})

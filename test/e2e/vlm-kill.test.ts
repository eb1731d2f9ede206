import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../store/temporary.ts'
import { startVlmServer, type VlmServer } from '../support/vlm/server.ts'

const child = fileURLToPath(new URL('../support/kill-child.ts', import.meta.url))
const root = temporaryFolder()

/** The digests of all calls whose answers are kept. */
async function kept(dir: string): Promise<string[]> {
  const folder = join(dir, 'store', 'evidence', 'judge-call')
  const names = await readdir(folder).catch(() => [])
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.map((text) => (JSON.parse(text) as { inputs: { call: { request: string } } }).inputs.call.request)
}

/** `kill -9` while duels are judged: what was answered and kept is never asked again. */
describe('a competition that is killed while a model judges', () => {
  let server: VlmServer | undefined
  afterEach(() => server?.[Symbol.asyncDispose]())

  it('asks no question twice whose answer reached it', async () => {
    const asking = await startVlmServer()
    server = asking
    const dir = join(root(), 'demo')
    let asked = 0
    /** Dies as the n-th question of this run comes in, which is then never answered. */
    const run = async (n: number): Promise<boolean> => {
      const judge = spawn(process.execPath, [child, dir, 'clock', 'never', '1', asking.url], {
        env: { ...process.env, NODE_COMPILE_CACHE: join(root(), 'compiled') },
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      let count = 0
      asking.set({
        onQuestion: () => {
          asked += 1
          if (++count === n) judge.kill('SIGKILL')
        },
      })
      const signal = await new Promise<NodeJS.Signals | null>((resolve) => judge.on('exit', (_, by) => resolve(by)))
      return signal === 'SIGKILL'
    }
    let lost = 0
    let before = 0
    for (const n of [1, 4]) {
      expect(await run(n)).toBe(true)
      const answers = await kept(dir)
      // What was under way when it died: calls at once are four at the most.
      const underWay = asked - lost - answers.length
      expect(underWay).toBeGreaterThan(0)
      expect(underWay).toBeLessThanOrEqual(4)
      expect(answers.length).toBeGreaterThanOrEqual(before)
      before = answers.length
      lost += underWay
    }
    expect(await run(Number.POSITIVE_INFINITY)).toBe(false)
    const answers = await kept(dir)
    expect(answers.length).toBeGreaterThan(5)
    expect(new Set(answers).size).toBe(answers.length)
    expect(asked).toBe(answers.length + lost)
  })
})

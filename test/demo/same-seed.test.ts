import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runDemo } from '../../src/demo/demo.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import type { Renderer } from '../../src/media/renderer.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'roundkeeper-same-seed-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const play = (name: string, renderer?: Renderer) =>
  runDemo({
    ...(renderer && { renderer }),
    dir: join(root, name),
    seed: 5,
    artifact: 'glb',
    chain: 'clock',
    scale: { rounds: 2, pool: 4, prompts: 2, carryover: 1, previewSize: 32 },
    signal: new AbortController().signal,
    onEvent: () => undefined,
  })

test('the same seed ends at the same commit, whatever else the machine does, and whoever draws', async () => {
  const [first, second] = await Promise.all([play('first'), play('second', new CpuRenderer())])
  expect(first.report.status).toBe('finished')
  expect(second.head).toBe(first.head)
})

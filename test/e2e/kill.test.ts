import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const child = fileURLToPath(new URL('../support/kill-child.ts', import.meta.url))

/** Runs the small demo until it ends or kills itself; its last words, if it had any. */
function run(dir: string, mode: string, n = 1, chain: 'clock' | 'dev' = 'clock'): { killed: boolean; words: string[] } {
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, [child, dir, chain, mode, String(n)], {
    encoding: 'utf8',
  })
  if (signal === 'SIGKILL') return { killed: true, words: [] }
  if (status !== 0) throw new Error(`the demo failed: ${stderr}`)
  return { killed: false, words: stdout.trim().split(' ') }
}

function finalTree(dir: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', join(dir, 'state.git'), ...args], { encoding: 'utf8' }).trim()
  expect(git('fsck', '--strict', '--no-dangling')).toBe('')
  return git('rev-parse', 'main^{tree}')
}

/** `kill -9`, again and again, while a whole demo competition runs: the next run goes on where this one died. */
describe('a demo that is killed', () => {
  let root = ''
  let expected = ''

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'roundkeeper-kill-'))
    const { words } = run(join(root, 'undisturbed'), 'never')
    expect(words[0]).toBe('finished')
    expected = finalTree(join(root, 'undisturbed'))
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  it('right before or right after a commit, or between port calls, again and again, ends in the same files', () => {
    const dir = join(root, 'killed')
    // In turn; a few further in every run, by steps that do not fall on the same calls of a repeating pattern.
    const deaths = [
      () => run(dir, 'commit-before', 3),
      () => run(dir, 'call', 23 + 47 * kills),
      () => run(dir, 'commit-after', 4),
    ]
    let kills = 0
    while (deaths[kills % deaths.length]?.().killed) kills += 1
    expect(kills).toBeGreaterThan(5)
    expect(finalTree(dir)).toBe(expected)
  })

  it('on a chain with a socket, wherever it was, ends in the same files', () => {
    const undisturbed = run(join(root, 'socket'), 'never', 1, 'dev')
    const dir = join(root, 'socket-killed')
    let kills = 0
    let last = run(dir, 'call', 3, 'dev')
    for (; last.killed; last = run(dir, 'call', 29 + 173 * kills, 'dev')) kills += 1
    expect(kills).toBeGreaterThan(1)
    expect(last.words[0]).toBe('finished')
    expect(finalTree(dir)).toBe(finalTree(join(root, 'socket')))
    expect(undisturbed.words[0]).toBe('finished')
  })
})

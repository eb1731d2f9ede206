import { describe, expect, it } from 'vitest'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import { ask } from '../../src/formats/generation-3d/ask.ts'
import type { Judge } from '../../src/judge/judge.ts'
import type { Output } from '../../src/state/index.ts'
import { putContent } from '../../src/store/content.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { fakePorts } from '../support/fake-ports.ts'

const root = temporaryFolder()
const { signal } = new AbortController()
const PROMPT = { stem: 'p00', url: 'https://prompts.test/p00.png', void: undefined }

/** Asks twice for a verdict, in both orders; dies before the n-th call of its life. */
function fragile(dies = Number.POSITIVE_INFINITY) {
  const calls: string[] = []
  const judge: Judge = {
    id: 'fragile/1',
    deterministic: false,
    async judge(question, _signal, recall = (_, answer) => answer()) {
      for (const order of ['left first', 'right first'])
        await recall({ order, retry: question.retry ?? 0 }, async () => {
          if (calls.length + 1 === dies) throw new Error('died')
          calls.push(order)
          return { penalty: 1 }
        })
      return { kind: 'decided', winner: 'draw', issues: '', transcript: {}, pair: ['draw', 'draw'] }
    },
  }
  return { calls, judge }
}

let count = 0
async function scene() {
  const store = new FolderStore({ dir: `${root()}/${++count}`, baseUrl: 'https://store.test' })
  const output = async (text: string): Promise<Output> => {
    const png = await putContent(store, Buffer.from(text), 'png', 'image/png')
    const none = { glb: null, generation_time: 0, size: 1, attempts: 0, distance: 0 }
    return { ...none, png: png.url, png_sha256: png.sha256 }
  }
  const sides = [await output('left'), await output('right')] as const
  const play = (judge: Judge, asked: Parameters<typeof ask>[1] = { seed: 1 }) =>
    ask({ ...fakePorts([]), store, judge }, asked, PROMPT, ...sides, { pool: new InProcessPool(1), signal })
  return { play }
}

describe('asking a judge', () => {
  it('that died between the two orders asks only for the second', async () => {
    const { play } = await scene()
    const [first, second] = [fragile(2), fragile()]
    await expect(play(first.judge)).rejects.toThrow('died')
    expect(await play(second.judge)).toMatchObject({ winner: 'draw', pair: ['draw', 'draw'] })
    expect([first.calls, second.calls]).toEqual([['left first'], ['right first']])
    const third = fragile()
    await play(third.judge)
    expect(third.calls).toEqual([])
  })

  it('in another attempt at the round asks anew', async () => {
    const { play } = await scene()
    const { calls, judge } = fragile()
    await play(judge)
    await play(judge, { seed: 1, again: { of: 'tiny', round: 0, attempt: 2 } })
    expect(calls).toHaveLength(4)
  })
})

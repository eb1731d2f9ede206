import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { StillWaiting } from '../../src/cli/still-waiting.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'

const START = new Date('2026-11-21T18:00:00Z')

function waiting(blockAt: () => Date) {
  const clock = new VirtualClock(START)
  const said: string[] = []
  const head = async () => ({ number: 152, hash: '0x', time: blockAt() })
  const watched = new StillWaiting({ clock, head, say: (text) => said.push(text) })
  const pass = async (seconds: number) => {
    clock.advance(seconds * 1000)
    await turn()
  }
  return { watched, said, pass }
}

it('says after ten seconds what is waited for, then every half minute, and nothing once that is over', async () => {
  const { watched, said, pass } = waiting(() => START)
  watched.begin('the reveal')
  await pass(9)
  expect(said).toEqual([])
  await pass(1)
  expect(said).toEqual([
    'Still waiting for the reveal after 10 s: the last block is 152, of 2026-11-21T18:00:00Z, 10 s ago.',
  ])
  await pass(29)
  expect(said).toHaveLength(1)
  await pass(1)
  expect(said).toHaveLength(2)
  watched.begin('the weights to be final')
  await pass(10)
  expect(said.at(-1)).toMatch(/^Still waiting for the weights to be final after 10 s: /)
  expect(said).toHaveLength(3)
  watched[Symbol.dispose]()
  await pass(300)
  expect(said).toHaveLength(3)
})

it('tells of a chain whose blocks are ahead of the clock, and of one that does not answer', async () => {
  const ahead = waiting(() => new Date(START.getTime() + 3_610_000))
  ahead.watched.begin('the reveal')
  await ahead.pass(10)
  expect(ahead.said[0]).toContain('of 2026-11-21T19:00:10Z, 60 min ahead of this clock.')
  const silent = waiting(() => {
    throw new Error('no answer')
  })
  silent.watched.begin('the reveal')
  await silent.pass(10)
  expect(silent.said[0]).toContain('the chain does not say what its last block is.')
})

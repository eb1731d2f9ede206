/** A demo without a node: the miners' texts are written down as revealed. Quicker, and with nothing signed. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClockChain } from '../../chain/clock-chain.ts'
import { DEMO_BEGINS } from '../config.ts'
import type { VirtualTime } from '../virtual-time.ts'
import type { DemoChain } from './demo-chain.ts'

const FILE = 'chain.json'

export async function onClockChain(dir: string, seed: string, time: VirtualTime): Promise<DemoChain> {
  const file = join(dir, FILE)
  const exists = await stat(file).then(
    () => true,
    () => false,
  )
  const { clock } = time
  const chain = exists
    ? await ClockChain.open(file, clock)
    : await ClockChain.create(file, { genesis: DEMO_BEGINS, seed: `demo ${seed}`, clock })
  return {
    chain,
    settings: { kind: 'clock', file: FILE },
    async expect(entries) {
      for (const { hotkey, block, texts } of entries) {
        for (const [after, text] of texts.entries()) await chain.reveal(hotkey.address, text, block + after)
      }
    },
    passUntil: (date) => time.moveTo(date),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

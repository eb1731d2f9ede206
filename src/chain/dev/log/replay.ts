/** Makes the blocks of a log once more, and sees to it that they are the same. */
import { RoundkeeperError } from '../../../errors.ts'
import type { ChainMaker } from '../blocks/chain-maker.ts'
import { readExtrinsic } from '../pool/extrinsic.ts'
import type { Hex } from '../substrate-node.ts'
import type { LogRecord } from './chain-log.ts'

/** @throws `state-file` where the log does not say what became of it */
export function replay(chain: ChainMaker, records: readonly LogRecord[]): void {
  for (const [at, record] of records.entries()) {
    if ('fork' in record) {
      chain.leave(record.fork)
      continue
    }
    idleUntil(chain, 'idle' in record ? record.idle : record.block - 1)
    if ('block' in record) {
      const { time, acts = [], extrinsics = [] } = record
      const signed = extrinsics.flatMap((hex) => {
        const read = readExtrinsic(chain.runtime, hex as Hex)
        return read === undefined || read === 'unsigned' ? [] : [read]
      })
      chain.make({ timeMs: time, acts, extrinsics: signed })
    }
    if (chain.head.hash === record.hash) continue
    throw new RoundkeeperError(
      'state-file',
      `block ${chain.head.number} of the dev chain does not come out as it was`,
      {
        where: `record ${at + 1}`,
        hint: 'The file was changed, or this version makes blocks otherwise: begin another chain in another folder.',
      },
    )
  }
}

function idleUntil(chain: ChainMaker, number: number): void {
  while (chain.head.number < number) chain.make({ timeMs: chain.head.timeMs + chain.genesis.blockMs })
}

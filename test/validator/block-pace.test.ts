import { describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../src/errors.ts'
import { blockSecondsOf } from '../../src/validator/block-pace.ts'

const hash = `0x${'0'.repeat(64)}`
const paced = (seconds: number) => ({
  block: async (number: number) => ({ number, hash, time: new Date(number * seconds * 1000) }),
})

describe('the pace of a chain', () => {
  it('is the configured one, unless blocks come faster', async () => {
    const pace = async (seconds: number, block_seconds?: number, number = 100) =>
      blockSecondsOf(paced(seconds), await paced(seconds).block(number), { block_seconds })
    expect(await pace(12)).toBe(12)
    expect(await pace(0.25)).toBe(0.25)
    expect(await pace(40)).toBe(12)
    expect(await pace(40, 60)).toBe(40)
    expect(await pace(0.25, 12, 10)).toBe(12)
    expect(await pace(0)).toBe(12)
  })

  it('is the configured one on a chain that began just now', async () => {
    const block = async () => {
      throw new RoundkeeperError('not-found', 'no such block')
    }
    expect(await blockSecondsOf({ block }, await paced(1).block(1000), { block_seconds: 6 })).toBe(6)
  })
})

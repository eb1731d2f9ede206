import { describe, expect, it } from 'vitest'
import { BLOCKS_UNTIL_REVEAL, demandPublished, revealRoundFor } from '../../../src/chain/timelock/reveal-round.ts'
import { drandRoundTime, quicknet } from '../../../src/rules/drand.ts'
import fc from '../../support/properties.ts'

describe('the round that a commitment is encrypted to', () => {
  it("is the one that Bittensor's own clients take", () => {
    // bittensor-drand 2.0.0, asked at this time for 2 blocks.
    const now = new Date(1_795_273_546_908)
    expect(revealRoundFor({ now, blocks: BLOCKS_UNTIL_REVEAL })).toBe(34_156_734)
  })

  it('is published 18 to 21 seconds after a miner commits', () => {
    fc.assert(
      fc.property(fc.nat(1e10), (ms) => {
        const now = new Date(quicknet.genesisMs + ms)
        const round = revealRoundFor({ now, blocks: BLOCKS_UNTIL_REVEAL })
        const seconds = (drandRoundTime(quicknet, round).getTime() - now.getTime()) / 1000
        expect(seconds).toBeGreaterThan(18)
        expect(seconds).toBeLessThanOrEqual(21)
      }),
    )
  })

  it('follows the block time and the pace of the chain’s own beacon', () => {
    const pace = { genesisMs: 0, periodMs: 1000 }
    expect(revealRoundFor({ now: new Date(10_000), blocks: 4, blockSeconds: 0.25, pace })).toBe(11)
    expect(revealRoundFor({ now: new Date(0), blocks: 0, pace })).toBe(1)
  })

  it('is never picked after one that cannot be published yet, whatever a node says', () => {
    const now = new Date(quicknet.genesisMs + 3_000_000)
    const said = (lastRound: number) => () => demandPublished({ ...quicknet, lastRound }, now)
    expect(said(0)).not.toThrow()
    expect(said(1001)).not.toThrow()
    expect(said(1101)).not.toThrow()
    expect(said(1102)).toThrow(expect.objectContaining({ code: 'refused' }))
    expect(said(Number.MAX_SAFE_INTEGER)).toThrow(expect.objectContaining({ code: 'refused' }))
  })
})

import { describe, expect, it } from 'vitest'
import type { Chain } from '../../src/chain/chain.ts'
import { beaconOf, verifyPulse } from '../../src/chain/timelock/pulse.ts'

export interface ChainUnderTest {
  readonly chain: Chain
  readonly netuid: number
  /** The network that the chain follows, a round of it whose value is public, and one of the far future. */
  readonly drand: { readonly publicKey: string; readonly past: number; readonly future: number }
  /** Has these texts revealed, one block or more after another, and comes back when all of them show. */
  reveal(texts: readonly string[]): Promise<{ hotkey: string }>
}

/** What every Chain does. */
export function chainContract(name: string, make: () => Promise<ChainUnderTest>): void {
  describe(`${name} as a chain`, () => {
    it('has a head, which is one of its blocks', async () => {
      const { chain } = await make()
      const head = await chain.head()
      expect(head.number).toBeGreaterThan(0)
      expect(head.hash).toMatch(/^0x[0-9a-f]{64}$/)
      expect(await chain.block(head.number)).toEqual(head)
    })

    it('has blocks in order, each with a hash of its own', async () => {
      const { chain } = await make()
      const head = await chain.head()
      const before = await chain.block(head.number - 1)
      expect(before.number).toBe(head.number - 1)
      expect(before.hash).not.toBe(head.hash)
      expect(before.time.getTime()).toBeLessThan(head.time.getTime())
      expect(await chain.block(before.number)).toEqual(before)
    })

    it('has no block of the future, and no reveals as of it', async () => {
      const { chain, netuid } = await make()
      const future = (await chain.head()).number + 100_000
      await expect(chain.block(future)).rejects.toMatchObject({ code: 'not-found' })
      await expect(chain.reveals(netuid, future)).rejects.toMatchObject({ code: 'not-found' })
    })

    it('shows what was revealed, oldest first, as of a block', async () => {
      const { chain, netuid, reveal } = await make()
      const texts = ['{"commit": "a"}', 'not JSON', 'ünïcode 🎲']
      const { hotkey } = await reveal(texts)
      const own = async (at: number) => (await chain.reveals(netuid, at)).filter((each) => each.hotkey === hotkey)
      const head = (await chain.head()).number
      const all = await own(head)
      expect(all.map((each) => each.text)).toEqual(texts)
      for (const [index, each] of all.entries()) {
        expect(each.block).toBeLessThanOrEqual(head)
        expect(await own(each.block)).toEqual(all.slice(0, index + 1))
        expect(await own(each.block - 1)).toEqual(all.slice(0, index))
      }
    })

    it('holds the ten newest reveals of a hotkey, as of the block that is asked for', async () => {
      const { chain, netuid, reveal } = await make()
      const texts = Array.from({ length: 13 }, (_, index) => `text ${index}`)
      const { hotkey } = await reveal(texts)
      const own = async (at: number) => (await chain.reveals(netuid, at)).filter((each) => each.hotkey === hotkey)
      const newest = await own((await chain.head()).number)
      expect(newest.map((each) => each.text)).toEqual(texts.slice(3))
      expect((await own(newest.at(-2)!.block)).map((each) => each.text)).toEqual(texts.slice(2, 12))
    })

    it('makes randomness of a block from its hash, once there is the block', async () => {
      const { chain } = await make()
      const head = await chain.head()
      expect(await chain.randomness({ kind: 'block', block: head.number })).toEqual({ value: head.hash.slice(2) })
      expect(await chain.randomness({ kind: 'block', block: head.number + 100_000 })).toBeUndefined()
    })

    it('knows the drand values that are public, and no others', async () => {
      const { chain, drand } = await make()
      const ask = (round: number) => chain.randomness({ kind: 'drand', chain: drand.publicKey, round })
      const { value = '', signature = '' } = (await ask(drand.past)) ?? {}
      expect(value).toMatch(/^[0-9a-f]{64}$/)
      expect(verifyPulse(drand.past, signature, value, drand.publicKey)).toBe(true)
      expect(await ask(drand.past)).toEqual({ value, signature })
      expect((await ask(drand.past - 1))?.value).not.toBe(value)
      expect(await ask(drand.future)).toBeUndefined()
      for (const other of ['no such', beaconOf('somebody else').publicKey]) {
        const asked = chain.randomness({ kind: 'drand', chain: other, round: drand.past })
        await expect(asked).rejects.toMatchObject({ code: 'usage' })
      }
    })
  })
}

import { describe, expect, it } from 'vitest'
import type { ValidatorChain } from '../../src/validator/validator-chain.ts'
import { scene } from './support.ts'

/** A chain that never answers its n-th call: what was asked is done first, or not. Whoever waits for it is as good as killed. */
function hanging(chain: ValidatorChain, n: number, when: 'before' | 'after') {
  let calls = 0
  let hang = () => {}
  const hung = new Promise<void>((resolve) => {
    hang = resolve
  })
  const wrapped = new Proxy(chain, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        calls += 1
        if (calls !== n) return member.apply(target, args)
        if (when === 'after') await member.apply(target, args)
        hang()
        return new Promise(() => {})
      }
    },
  })
  return { wrapped, hung }
}

describe.each([false, true])(
  'a validator that is killed at any call to the chain (commit–reveal %s)',
  (commitRevealWeights) => {
    it('sets weights once, when it comes back', async () => {
      let turns = 0
      for (const when of ['before', 'after'] as const) {
        for (let calls = 1; ; calls++) {
          await using world = await scene()
          world.subnet.subnet = { commitRevealWeights }
          const { wrapped, hung } = hanging(world.subnet, calls, when)
          const ended = await Promise.race([hung, world.turn({ chain: wrapped })])
          const sent = world.subnet.sent
          const next = await world.turn()
          expect(next.kind, `${when} call ${calls}`).toBe(sent === 0 ? 'set' : 'done')
          expect(next.reason).not.toMatch(/another program/)
          expect(world.subnet.sent).toBe(1)
          turns += 1
          if (ended !== undefined) break
        }
      }
      expect(turns).toBeGreaterThan(10)
    })
  },
)

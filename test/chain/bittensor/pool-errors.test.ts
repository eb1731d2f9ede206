import { describe, expect, it } from 'vitest'
import { RpcFault } from '../../../src/chain/bittensor/link.ts'
import { isOutdated, isRefusal, poolRefusal } from '../../../src/chain/bittensor/pool-errors.ts'

const refusal = (code: number, data?: string) => poolRefusal(new RpcFault(code, 'Invalid Transaction', data), 'a.b')

describe('what the pool of a node refuses', () => {
  it('is said in words, with what to do', () => {
    expect(refusal(1010, 'Custom error: 10')).toMatchObject({
      code: 'refused',
      message: 'the chain does not take it: the hotkey is not registered on this subnet (1010, custom error 10)',
      hint: expect.stringContaining('Register'),
      retryable: false,
    })
    expect(refusal(1010, 'Transaction is outdated').hint).toContain('nonce')
    expect(refusal(1014).message).toContain('priority too low (1014)')
  })

  it('is worth a repetition when it passes by itself', () => {
    expect(refusal(1010, 'Custom error: 6').retryable).toBe(true)
    expect(refusal(1012).retryable).toBe(true)
    expect(refusal(1010, 'Transaction has a bad signature').retryable).toBe(false)
  })

  it('is passed on as it is when nobody knows it', () => {
    expect(refusal(1010, 'Custom error: 99')).toMatchObject({
      message: expect.stringContaining('Custom error: 99'),
      hint: expect.stringMatching(/./),
    })
    expect(refusal(1010).message).toContain('Invalid Transaction')
  })

  it('is told from what says nothing: then the node may have taken it', () => {
    expect(isRefusal(new RpcFault(1010, ''))).toBe(true)
    expect(isRefusal(new RpcFault(-32601, 'Method not found'))).toBe(true)
    expect(isRefusal(new RpcFault(1013, 'Already imported'))).toBe(false)
    expect(isRefusal(new RpcFault(-32603, 'Internal error'))).toBe(false)
    expect(isOutdated(new RpcFault(1010, '1010: Invalid Transaction: Transaction is outdated'))).toBe(true)
  })
})

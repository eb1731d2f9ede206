import { createRequire } from 'node:module'
import type * as Polkadot from '@polkadot/api'
import type { ApiOptions } from '@polkadot/api/types'
import { vi } from 'vitest'
import { openDevChain } from '../../../src/chain/dev/dev-chain.ts'
import { VirtualClock } from '../../../src/engine/virtual-clock.ts'

const require = createRequire(import.meta.url)
export const polkadot = (): typeof Polkadot => require('@polkadot/api')

export const NETUID = 17

export type Transport = 'socket' | 'in process'
export type DevWorld = Awaited<ReturnType<typeof devWorld>>

/** A dev chain whose blocks come when the test asks for them, and a real client of it. */
export async function devWorld(transport: Transport) {
  // The library reports every connection that it loses.
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const clock = new VirtualClock(new Date('2026-02-02T08:00:00Z'))
  const chain = await openDevChain({ clock, manual: true, onFailure: (error) => process.stderr.write(`${error}\n`) })
  const { node, endpoint } = chain
  const { ApiPromise, WsProvider } = polkadot()
  const provider: NonNullable<ApiOptions['provider']> =
    transport === 'socket' ? new WsProvider((await chain.listen({ port: 0 })).url, 50) : chain.provider()
  const api = await ApiPromise.create({ provider, noInitWarn: true })
  return {
    node,
    endpoint,
    clock,
    provider,
    api,
    async [Symbol.asyncDispose]() {
      await api.disconnect()
      await chain[Symbol.asyncDispose]()
      quiet.mockRestore()
    },
  }
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

// Images that make many models at a time as servers of this very process, which costs less than processes of their own.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { EndpointPods } from '../../../src/compute/endpoint-pods.ts'
import type { MinerHttpLimits } from '../../../src/compute/miner-http.ts'
import type { Pods } from '../../../src/compute/pods.ts'
import type { Clock } from '../../../src/engine/clock.ts'
import { type BatchImage, batchImage } from './batch-image.ts'

/** @param imageOf a new one for every pod, and the clock that it is timed by */
export const batchPods = (
  imageOf: (name: string) => Omit<BatchImage, 'crash'> & { readonly clock: Clock },
  limits: MinerHttpLimits,
): Pods => ({
  id: 'servers',
  async start(image, name, signal, owner, contract) {
    const crash = () => server.closeAllConnections()
    const { clock, ...how } = imageOf(image)
    const server = batchImage({ ...how, crash }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const pods = new EndpointPods({ url, clock, limits })
    const stop = async () => {
      await pods[Symbol.asyncDispose]()
      server.close()
      server.closeAllConnections()
    }
    const start = await pods.start(image, name, signal, owner, contract)
    if (start.ok) return { ok: true, pod: { ...start.pod, id: name, stop } }
    await stop()
    return { ...start, fault: 'image' }
  },
})

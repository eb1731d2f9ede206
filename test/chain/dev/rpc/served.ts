import { Endpoint } from '../../../../src/chain/dev/rpc/endpoint.ts'
import { serve } from '../../../../src/chain/dev/server.ts'
import { VirtualClock } from '../../../../src/engine/virtual-clock.ts'
import { FakeNode } from './fake-node.ts'
import { RawClient } from './raw-client.ts'

/** A fake node behind a real server, with a clock that stands still. */
export async function served() {
  const node = new FakeNode()
  const clock = new VirtualClock(new Date(0))
  const failures: unknown[] = []
  const endpoint = new Endpoint(node, { clock, onFailure: (error) => failures.push(error) })
  const server = await serve(endpoint, { port: 0 })
  return {
    node,
    clock,
    endpoint,
    server,
    failures,
    connect: () => RawClient.connect(server.url),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

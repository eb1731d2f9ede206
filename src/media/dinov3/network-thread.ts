// A network on a thread of its own, started by threaded-network.ts: opens it, says so, and then answers each input.
import { parentPort, workerData } from 'node:worker_threads'
import { isError } from '../../errors.ts'
import { openNetwork, type Runtime } from './runtime.ts'

export interface NetworkJob {
  readonly runtime: Runtime
  readonly model: Uint8Array
  readonly where: string
  readonly shape: readonly number[]
}

/** `open` and `failure` by words, since errors lose their class on the way between threads. */
export type NetworkAnswer =
  | { readonly kind: 'open' }
  | { readonly kind: 'unfit'; readonly message: string; readonly where?: string; readonly hint?: string }
  | { readonly kind: 'output'; readonly output: Float32Array }
  | { readonly kind: 'failure'; readonly message: string }

const { runtime, model, where, shape } = workerData as NetworkJob
const answer = (said: NetworkAnswer) => parentPort?.postMessage(said)
const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

try {
  const network = await openNetwork(runtime, model, where, shape)
  parentPort?.on('message', (input: Float32Array) => {
    network.run(input).then(
      (output) => answer({ kind: 'output', output }),
      (error: unknown) => answer({ kind: 'failure', message: wordsOf(error) }),
    )
  })
  answer({ kind: 'open' })
} catch (error) {
  const { where: place, hint } = isError(error) ? error : {}
  answer({ kind: 'unfit', message: wordsOf(error), ...(place && { where: place }), ...(hint && { hint }) })
}

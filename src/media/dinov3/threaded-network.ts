// WebAssembly computes without a pause, a third of a second for a picture: on a thread of its own, so that a service goes on
// answering meanwhile.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { RoundkeeperError } from '../../errors.ts'
import type { NetworkAnswer, NetworkJob } from './network-thread.ts'
import type { Network } from './runtime.ts'

const SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './network-thread.ts' : './network-thread.js', import.meta.url)

/** As `openNetwork`. One input at a time. @throws `usage` */
export async function openThreadedNetwork(job: NetworkJob): Promise<Network> {
  const worker = new Worker(SCRIPT, { env: {}, execArgv: [], workerData: job })
  const ended = once(worker, 'exit').then(() => {
    throw new Error('the thread of the network ended')
  })
  ended.catch(() => undefined)
  // Whoever waits hears of it; whoever comes later, that the thread ended.
  worker.on('error', () => undefined)
  /** It keeps the process alive only as long as somebody waits for it. */
  const next = async (): Promise<NetworkAnswer> => {
    worker.ref()
    try {
      const [said] = await Promise.race([once(worker, 'message'), ended])
      return said as NetworkAnswer
    } finally {
      worker.unref()
    }
  }
  const close = async () => {
    await worker.terminate()
  }
  const opened = await next()
  if (opened.kind !== 'open') {
    await close()
    const { message = 'the network did not open', ...about } = opened.kind === 'unfit' ? opened : {}
    throw new RoundkeeperError('usage', message, about)
  }
  return {
    async run(input) {
      const said = next()
      worker.postMessage(input)
      const answer = await said
      if (answer.kind === 'output') return answer.output
      throw new Error(answer.kind === 'failure' ? answer.message : 'the network answered something else')
    },
    [Symbol.asyncDispose]: close,
  }
}

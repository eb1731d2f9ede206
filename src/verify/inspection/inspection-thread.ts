// Runs in a worker thread: looks at the commits of one message after another, and answers in their order.
import { parentPort, workerData } from 'node:worker_threads'
import { type Entries, Examiner } from './examiner.ts'
import type { Answer, Message } from './messages.ts'
import { unpack } from './packed.ts'

/** Contents on their way, by id. */
const coming = new Map<string, PromiseWithResolvers<Uint8Array | undefined>>()

const say = (answer: Answer) => parentPort?.postMessage(answer)

function blob(oid: string): Promise<Uint8Array | undefined> {
  const known = coming.get(oid)
  if (known !== undefined) return known.promise
  const wanted = Promise.withResolvers<Uint8Array | undefined>()
  coming.set(oid, wanted)
  say({ kind: 'want', oid })
  return wanted.promise
}

const examiner = new Examiner({ blob }, workerData as Entries)

async function answer({ passed, packed }: Message & { kind: 'question' }): Promise<void> {
  for (const changed of passed) examiner.pass(changed)
  const inspected = []
  for (const commit of unpack(packed)) inspected.push(await examiner.examine(commit))
  say({ kind: 'answer', inspected })
}

let busy = Promise.resolve()

parentPort?.on('message', (message: Message) => {
  if (message.kind === 'question') {
    busy = busy.then(() => answer(message))
    return
  }
  coming.get(message.oid)?.resolve(message.bytes)
  coming.delete(message.oid)
})

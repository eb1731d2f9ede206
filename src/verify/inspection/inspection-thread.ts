// Runs in a worker thread: looks at the commits of one message, and answers in their order.
import { parentPort } from 'node:worker_threads'
import { inspectCommit } from './inspect-commit.ts'
import { type Packed, unpack } from './packed.ts'

/** To read a file again takes less than to hand over what was read. */
const NOTHING = new Map()

parentPort?.on('message', (packed: Packed) => {
  parentPort?.postMessage(unpack(packed).map((commit) => ({ ...inspectCommit(commit), read: NOTHING })))
})

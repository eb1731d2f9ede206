/**
 * A long walk makes little that lasts and much that does not. On a large machine V8 lets the space for new things grow to
 * 128 MB, and the rest to four times of what lasts; here that buys no speed. `npm run bench:verify` shows what it takes.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Of which we know that they have these settings: others would complain. */
const KNOWN_V8 = /^1[2-4]\./
/** Two halves of 4 MB. */
const ENOUGH_NEW_SPACE_BYTES = 7_000_000

/** Asks for a smaller heap, from now on. @returns what to call now and then */
export function leanHeap(): () => void {
  if (!KNOWN_V8.test(process.versions.v8)) return () => {}
  setFlagsFromString('--heap-growing-percent=80')
  let done = false
  return () => {
    if (done) return
    const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    done = (space?.space_size ?? 0) >= ENOUGH_NEW_SPACE_BYTES
    if (done) setFlagsFromString('--semi-space-growth-factor=1')
  }
}

import { SystemClock } from '../../../src/engine/system-clock.ts'
import type { Recall } from '../../../src/judge/judge.ts'
import { openVlmJudge, type VlmOptions } from '../../../src/judge/vlm/open.ts'
import { viewDistances } from '../../../src/media/classical-distance.ts'
import { cutView } from '../../../src/media/cut-view.ts'

/** Of the servers with those addresses. */
export const judgeAt = (urls: readonly string[], changes: Partial<VlmOptions> = {}) =>
  openVlmJudge({
    kind: 'penalty',
    model: 'test/vlm',
    revision: 'r1',
    maxTokens: 1024,
    images: 'bytes',
    endpoints: urls.map((url) => ({ url, concurrency: 4 })),
    // A machine that is busy with other tests is slow, and no model server that is down.
    timeoutMs: 60_000,
    clock: new SystemClock(),
    ...{ cut: cutView, viewDistances },
    ...changes,
  })

/** What was answered once is not asked again. */
export function memory(): { recall: Recall; size(): number } {
  const known = new Map<string, Promise<unknown>>()
  return {
    recall: <T>(call: unknown, ask: () => Promise<T>): Promise<T> => {
      const key = JSON.stringify(call)
      const found = known.get(key) ?? ask()
      known.set(key, found)
      return found as Promise<T>
    },
    size: () => known.size,
  }
}

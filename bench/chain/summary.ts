/** What a contender read, short enough to compare: whoever reads something else has not done the same work. */
import { createHash } from 'node:crypto'

export function summary(read: unknown): string {
  const json = JSON.stringify(read, (_, value: unknown) => {
    if (typeof value === 'bigint') return String(value)
    return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
  })
  return createHash('sha256').update(json).digest('hex')
}

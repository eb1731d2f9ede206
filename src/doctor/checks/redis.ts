/** The Redis by which workers are asked: it answers, forgets nothing by itself, and somebody is there. */
import { type Check, fail, ok, skipped, together, warn } from '../check.ts'
import type { Setup } from '../setup.ts'

/** Of BullMQ. */
const OLDEST = [6, 2] as const

export const redisCheck: Check<Setup> = {
  id: 'redis',
  title: 'Redis and workers',
  async run({ redis }, signal) {
    if (redis === undefined) return skipped('ticks do their work themselves')
    const { where, version, policy, workers, waiting } = await redis(signal)
    const [major = 0, minor = 0] = version.split('.').map(Number)
    const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
    return together([
      ok(`${where}, version ${version}, ${workers} workers, ${waiting} pieces of work waiting`),
      ...(isOld ? [fail(`version ${version} is too old`, `Use Redis ${OLDEST.join('.')} or newer, or Valkey.`)] : []),
      ...(policy === 'noeviction' || policy === ''
        ? []
        : [warn(`it forgets keys when its memory is full (${policy})`, 'Set maxmemory-policy to noeviction.')]),
      ...(workers > 0
        ? []
        : [
            warn(
              'nobody is there to do the work',
              'Start workers (`roundkeeper worker`); until then ticks do it all themselves.',
            ),
          ]),
    ])
  },
}

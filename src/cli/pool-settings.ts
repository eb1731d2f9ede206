/** `pool` in the operator's settings: who does a tick's costly work. */
import { z } from 'zod'
import { DEFAULT_PREFIX } from '../work/redis/queue.ts'

export const REDIS_URL = 'ROUNDKEEPER_REDIS_URL'

const seconds = (least: number) => z.number().min(least, `a number of seconds from ${least} on`)
const ahead = 'a whole number from 1 to 10000'

const redisSchema = z.strictObject({
  kind: z.literal('redis'),
  /** The environment variable that holds the address, which may hold a password. */
  url_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')
    .default(REDIS_URL),
  /** What keys in Redis begin with: each competition needs its own. */
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,100}$/, 'letters, digits, dots, dashes and underscores')
    .default(DEFAULT_PREFIX),
  /** How many pieces may wait for workers. */
  ahead: z.int(ahead).min(1, ahead).max(10_000, ahead).default(256),
  /** How long nobody may be there before a tick does the work itself. */
  patience_seconds: seconds(1).default(30),
  /** After so long without a sign of life, what a worker holds is given to another one. */
  lock_seconds: seconds(1).default(30),
})
export type RedisSettings = z.infer<typeof redisSchema>

export const poolSchema = z.discriminatedUnion(
  'kind',
  [z.strictObject({ kind: z.literal('in-process') }), redisSchema],
  'a pool: {"kind": "in-process"} or {"kind": "redis", …}',
)

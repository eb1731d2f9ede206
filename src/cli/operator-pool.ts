import { availableParallelism } from 'node:os'
import { InProcessPool } from '../engine/in-process-pool.ts'
import type { WorkPool } from '../engine/work-pool.ts'
import { RoundkeeperError } from '../errors.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { RedisPool } from '../work/redis/redis-pool.ts'
import { duelsAtOnce } from './operator-judge.ts'
import type { OperatorSettings } from './operator-settings.ts'

/** How often is looked whether what was asked for is still known. */
const CHECK_MS = 2_000
/** All files of a miner's slow host take so long at most, and a little. */
const PIECE_MS = 60 * 60_000

type Settings = Pick<OperatorSettings, 'judge' | 'pool'>

/** Pieces at once on this machine. */
export const atOnce = ({ judge }: Pick<Settings, 'judge'>): number =>
  Math.max(2, availableParallelism(), duelsAtOnce(judge))

export const herePool = (settings: Pick<Settings, 'judge'>): InProcessPool => new InProcessPool(atOnce(settings))

export interface OpenPool extends AsyncDisposable {
  readonly pool: WorkPool
}

/**
 * As settings name it. Redis is not asked before there is work, which then throws `unauthorised` where the environment does
 * not say where it is.
 * @param kinds what workers can do, most urgent first
 */
export function operatorPool(
  settings: Settings,
  store: ObjectStore,
  kinds: readonly string[],
  tell: (text: string) => void,
): OpenPool {
  const { pool: chosen } = settings
  if (chosen.kind === 'in-process') return { pool: herePool(settings), [Symbol.asyncDispose]: async () => undefined }
  const { url_env, prefix, ahead, patience_seconds } = chosen
  let made: RedisPool | undefined
  const open = (): RedisPool => {
    made ??= new RedisPool({
      ...{ url: redisUrl(url_env), prefix, store, kinds, tell, ahead, here: atOnce(settings), pieceMs: PIECE_MS },
      ...{ patienceMs: 1000 * patience_seconds, checkMs: Math.min(CHECK_MS, 500 * patience_seconds) },
    })
    return made
  }
  return {
    // Who only pauses or looks needs no Redis.
    pool: { run: (...about) => open().run(...about), gather: (...about) => open().gather(...about) },
    [Symbol.asyncDispose]: async () => made?.[Symbol.asyncDispose](),
  }
}

/** @throws `unauthorised` */
export function redisUrl(variable: string): string {
  const url = process.env[variable]
  if (url) return url
  throw new RoundkeeperError('unauthorised', `the environment has no ${variable}, which says where Redis is`, {
    where: 'roundkeeper.json: pool',
    hint: `Set ${variable} to redis://HOST:PORT, with user and password where it wants them.`,
  })
}

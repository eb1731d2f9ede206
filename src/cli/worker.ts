import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { InProcessPool } from '../engine/in-process-pool.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { holdsSecret, nameOf } from '../work/redis/address.ts'
import type { WorkerEvent } from '../work/redis/redis-worker.ts'
import { EXIT_OK } from './exit-codes.ts'
import { readSettings } from './operator-settings.ts'
import { note, print } from './output.ts'
import { poolSchema, REDIS_URL } from './pool-settings.ts'
import { stopSignal } from './stop-signal.ts'

interface Options {
  dir: string
  redis?: string
  redisEnv?: string
  concurrency?: number
  json?: boolean
}

/** For what it holds when it is told to stop; well within what service managers wait. */
const GRACE_MS = 20_000
const MAX_CONCURRENCY = 256
const END_MS = 3_000

export const workerCommand = new Command('worker')
  .summary('do the costly work of ticks elsewhere, by way of Redis')
  .description(
    'Does what ticks of a competition whose `pool` is a Redis ask for (downloads, previews, duels, distances), and\n' +
      'leaves it in the competition’s store, where the tick finds it. Needs the store, and the keys of the judge; opens no\n' +
      'repository, and needs no token that can push and no key that signs. Stop it whenever you like, by whatever means:\n' +
      'what it held is done by another one, or by the tick itself.',
  )
  .option('-d, --dir <folder>', 'folder with the roundkeeper.json of the competition', '.')
  .option('--redis <url>', 'where Redis is, if that holds no password')
  .option('--redis-env <name>', `the environment variable that says where Redis is (${REDIS_URL})`)
  .option('-c, --concurrency <n>', 'pieces of work at once (the cores of this machine)', concurrency)
  .option('--json', 'one JSON document a line')
  .addHelpText(
    'after',
    '\nExit codes: 0 stopped by SIGTERM or SIGINT, 1 error. A Redis that is not there is waited for.\n' +
      '\nExamples:\n  $ roundkeeper worker --dir my-competition\n' +
      '  $ roundkeeper worker --dir my-competition --redis redis://10.0.0.5:6379 --concurrency 8\n' +
      '  $ MY_REDIS=rediss://user:password@host:6380 roundkeeper worker --redis-env MY_REDIS --json\n',
  )
  .action(async ({ dir, redis, redisEnv, concurrency: atOnce = availableParallelism(), json }: Options) => {
    const [{ generation3d }, { operatorPorts }, { redisUrl }, { work }] = await Promise.all([
      import('../formats/generation-3d/index.ts'),
      import('./operator-ports.ts'),
      import('./operator-pool.ts'),
      import('../work/redis/redis-worker.ts'),
    ])
    const root = resolve(dir)
    const settings = await readSettings(root)
    const chosen = settings.pool.kind === 'redis' ? settings.pool : defaults()
    const url = redis === undefined ? redisUrl(redisEnv ?? chosen.url_env) : withoutSecret(redis)
    const clock = new SystemClock()
    await using opened = operatorPorts(root, settings, clock, { runsImages: false })
    using stop = stopSignal(undefined)
    const format = generation3d(opened.ports)
    const pool = new InProcessPool(atOnce)
    const tell = json ? (event: WorkerEvent) => print(JSON.stringify({ at: clock.now(), ...event })) : tellPeople
    if (!json) note(`worker of ${root}: ${atOnce} at once, asked by ${nameOf(url)}, prefix ${chosen.prefix}`)
    await work(
      {
        ...{ url, prefix: chosen.prefix, store: opened.ports.store, concurrency: atOnce, tell },
        ...{ lockMs: 1000 * chosen.lock_seconds, graceMs: GRACE_MS },
        perform: async (task, signal) => format.perform?.(task, { clock, pool, signal }),
      },
      stop.signal,
    )
    process.exitCode = EXIT_OK
    // A connection that cannot be ended in good order holds up no end.
    setTimeout(() => process.exit(), END_MS).unref()
  })

function defaults() {
  const settings = poolSchema.parse({ kind: 'redis' })
  if (settings.kind === 'redis') return settings
  throw new RoundkeeperError('internal', 'no pool by way of Redis')
}

/** Arguments are seen by everybody on the machine. @throws `usage` */
function withoutSecret(url: string): string {
  nameOf(url)
  if (!holdsSecret(url)) return url
  throw new RoundkeeperError('usage', 'an address with a password does not belong into the arguments', {
    where: '--redis',
    hint: `Set ${REDIS_URL} to it, or another variable that --redis-env names, and leave --redis out.`,
  })
}

function tellPeople(event: WorkerEvent): void {
  if (event.kind === 'ready') print('ready')
  else if (event.kind === 'trouble') note(`trouble: ${event.why}`)
  else {
    const result = 'why' in event ? event.why : `${event.ms} ms`
    print(`${event.kind} ${event.task} ${event.id.slice(0, 12)}: ${result}`)
  }
}

function concurrency(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= MAX_CONCURRENCY) return value
  throw new InvalidArgumentError(`expected a whole number from 1 to ${MAX_CONCURRENCY}`)
}

/** A miner's services as processes of this machine: on the loopback, in the background, ended by `stop-pods` only. */
import { mkdir, rm } from 'node:fs/promises'
import { delimiter, dirname, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { type BackgroundProcess, startInBackground } from '../compute/background-process.ts'
import { freePort, isPortFree } from '../compute/free-port.ts'
import { minerIn } from '../compute/local-image.ts'
import type { Clock } from '../engine/clock.ts'
import { RoundkeeperError } from '../errors.ts'
import type { ServiceName } from '../miner/services.ts'
import { isCertainlyRunning, isGone, recordProcess } from '../repo/process-record.ts'
import type { Started, StartedServices } from './miner-started.ts'

export interface LocalService {
  readonly name: ServiceName
  readonly command: (port: number) => readonly string[]
  readonly cwd: string
  readonly env: (port: number) => Readonly<Record<string, string>>
}

export interface LocalStart {
  readonly service: LocalService
  /** 0 for any that is free. */
  readonly port: number
  readonly started: StartedServices
  readonly clock: Clock
  readonly waitMs: number
  readonly progress: (what: string) => void
}

const ASK_MS = 5_000
const EVERY_MS = 200
/** For a process that was told to end; then it is made to. */
const GRACE_MS = 35_000

/** Our own renderer. */
export function renderService(): LocalService {
  const program = fileURLToPath(new URL(`./main${extname(import.meta.filename)}`, import.meta.url))
  return {
    name: 'render',
    command: (port) => [process.execPath, program, 'serve-render', '--port', String(port)],
    cwd: '/',
    env: () => Object.fromEntries(Object.entries(process.env).flatMap(([key, value]) => (value ? [[key, value]] : []))),
  }
}

/** @throws `not-found` for a folder without `miner.json`, `refused` for a malformed one */
export async function generatorService(folder: string, home: string): Promise<LocalService> {
  const cwd = resolve(folder)
  const miner = await minerIn(cwd)
  if (miner === undefined)
    throw new RoundkeeperError('not-found', `there is no miner.json in ${cwd}`, {
      where: '--image-url',
      hint: 'It says how to run your generator: {"command": ["node", "generator.ts"]}, which listens on $PORT of 127.0.0.1.',
    })
  await mkdir(home, { recursive: true, mode: 0o700 })
  const path = [dirname(process.execPath), process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter)
  return {
    ...{ name: 'generator', cwd, command: () => miner.command },
    // As in an audit on this machine: it knows nothing of our environment.
    env: (port) => ({ PATH: path, HOME: home, PORT: String(port) }),
  }
}

/** @returns its URL @throws `refused` when it runs already; `unavailable` when it does not come to answer; `aborted` */
export async function startLocally(start: LocalStart, signal: AbortSignal): Promise<string> {
  const { service, started, progress } = start
  const { name } = service
  const before = await started.find(name, 'local')
  if (before?.process !== undefined && !(await isGone(before.process)))
    throw new RoundkeeperError('refused', `${name} runs already`, {
      where: before.url ?? started.placeOf(`${name}-local.json`),
      hint: 'Use that one, or end it first: `roundkeeper miner stop-pods`.',
    })
  const port = await portOf(start)
  const url = `http://127.0.0.1:${port}`
  progress(`starting ${name} on ${url}`)
  const child = await startInBackground({
    ...{ command: service.command(port), cwd: service.cwd, env: service.env(port) },
    log: started.placeOf(`${name}.log`),
  })
  try {
    await started.add({ name, provider: 'local', url, process: await recordProcess(child.pid) })
    child.begin()
    await answers(start, child, url, signal)
  } catch (error) {
    await child.kill()
    await started.remove({ name, provider: 'local' })
    throw error
  }
  child.leave()
  return url
}

async function portOf({ port, service }: LocalStart): Promise<number> {
  if (port === 0) return freePort()
  if (await isPortFree(port)) return port
  throw new RoundkeeperError('refused', `somebody listens on port ${port} already`, {
    where: `http://127.0.0.1:${port}`,
    hint: `Name another one with --port, or 0 for any that is free; \`stop-pods\` ends a ${service.name} of ours.`,
  })
}

async function answers(
  { service: { name }, clock, waitMs, progress, started }: LocalStart,
  child: BackgroundProcess,
  url: string,
  signal: AbortSignal,
): Promise<void> {
  const until = clock.now().getTime() + waitMs
  while (child.running) {
    if (await isHealthy(url, AbortSignal.any([signal, child.ended])).catch(() => false)) {
      if (child.running) return
      break
    }
    if (clock.now().getTime() >= until) throw unavailable(`it was not ready within ${waitMs / 1000} s`)
    progress(`waiting for ${url}/health`)
    await clock.sleep(EVERY_MS, signal)
  }
  throw unavailable(await child.story())

  function unavailable(why: string) {
    return new RoundkeeperError('unavailable', `${name} did not start: ${why}`, {
      where: started.placeOf(`${name}.log`),
      hint: 'That file has all that it said.',
    })
  }
}

async function isHealthy(url: string, signal: AbortSignal): Promise<boolean> {
  const { statusCode, body } = await request(`${url}/health`, {
    reset: true,
    signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]),
  })
  body.on('error', () => undefined).destroy()
  return statusCode === 200
}

/**
 * Ends one that we have started, with all that it started.
 * @returns whether there was something to end
 * @throws `refused` where it cannot be told whether the process is the one that was started
 */
export async function stopLocally(one: Started, started: StartedServices, clock: Clock): Promise<boolean> {
  const { process: record, name } = one
  const running = record !== undefined && (await isCertainlyRunning(record))
  if (record !== undefined && !running && !(await isGone(record)))
    throw new RoundkeeperError('refused', `whether process ${record.pid} is our ${name} cannot be told from here`, {
      where: started.placeOf(`${name}-local.json`),
      hint: `Run stop-pods on the machine that started it (${record.machine}); or end it yourself, and remove that file.`,
    })
  if (running) await end(record, clock)
  await rm(started.placeOf(`${name}-home`), { recursive: true, force: true })
  await started.remove(one)
  return running
}

async function end(record: NonNullable<Started['process']>, clock: Clock): Promise<void> {
  const never = new AbortController().signal
  // It leads a group of its own: whatever it has started ends with it.
  signalTo(record.pid, 'SIGTERM')
  const until = clock.now().getTime() + GRACE_MS
  while ((await isCertainlyRunning(record)) && clock.now().getTime() < until) await clock.sleep(EVERY_MS / 4, never)
  if (await isCertainlyRunning(record)) signalTo(record.pid, 'SIGKILL')
}

function signalTo(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // Nobody is left in the group.
  }
}

/** What the services have in common: where they listen, how much they take on, what they say, and how they end. */
import { availableParallelism } from 'node:os'
import { type Command, Option } from 'commander'
import { listen } from '../services/listen.ts'
import type { RequestEvent, Service, ServiceOptions } from '../services/service.ts'
import { debugging } from './debug.ts'
import { wholeNumber } from './media-options.ts'
import { cell, note } from './output.ts'
import { stopSignal } from './stop-signal.ts'

export interface ServeOptions {
  readonly host: string
  readonly port: number
  readonly workers: number
  readonly queue: number
  readonly memory: number
  readonly timeout: number
  readonly drain: number
  readonly json?: boolean
}

const MIB = 2 ** 20
/** How long nothing of a body may arrive. */
const IDLE_MS = 15_000

/** @param port the one that the original's clients look for */
export const withServe = (command: Command, port: number): Command =>
  command
    .option(
      '--host <address>',
      'where to listen; 0.0.0.0 lets other machines in, and there are no passwords',
      '127.0.0.1',
    )
    .addOption(new Option('--port <n>', '0 for any that is free').default(port).argParser(wholeNumber(0, 65_535)))
    .addOption(
      new Option('--workers <n>', 'requests at work at a time')
        .default(availableParallelism(), 'one for each core')
        .argParser(wholeNumber(1, 256)),
    )
    .addOption(
      new Option('--queue <n>', 'requests that may wait; more are told to come again (429)')
        .default(32)
        .argParser(wholeNumber(0, 10_000)),
    )
    .addOption(
      new Option('--memory <MiB>', 'of bodies that are held at a time; what is beyond is told to come again')
        .default(1024)
        .argParser(wholeNumber(1, 1_000_000)),
    )
    .addOption(new Option('--timeout <seconds>', 'for one request').default(300).argParser(wholeNumber(1, 86_400)))
    .addOption(
      new Option('--drain <seconds>', 'for what is inside to finish, once it is told to stop')
        .default(30)
        .argParser(wholeNumber(0, 59)),
    )
    .option('--json', 'a JSON object a line on stderr, for each request')

export const serviceOptions = ({ workers, queue, memory, timeout, json }: ServeOptions): ServiceOptions => ({
  running: workers,
  waiting: queue,
  heldBytes: memory * MIB,
  requestTimeoutMs: timeout * 1000,
  idleMs: IDLE_MS,
  tell: (event) => note(json ? JSON.stringify(event) : lineOf(event)),
})

/** Serves until the process is told to stop, and then what is inside; told a second time, it ends at once. */
export async function serve(service: Service, { host, port, drain, json }: ServeOptions): Promise<void> {
  using stop = stopSignal(undefined)
  const listening = await listen(service, { host, port })
  const said = (event: string, text: string) =>
    note(json ? JSON.stringify({ at: new Date().toISOString(), event, url: listening.url }) : text)
  said('listening', `listening on ${listening.url}`)
  await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }))
  said('stopping', `stopping: ${service.admission.inside} requests to finish`)
  await listening.stop(drain * 1000)
  said('stopped', 'stopped')
}

function lineOf({ at, method, path, status, code, ms, bytes_in, error }: RequestEvent): string {
  const why = code === 'ok' ? '' : ` ${code}`
  const line = `${at} ${method} ${cell(path)} ${status}${why} ${ms} ms ${bytes_in} B`
  return error === undefined || !debugging() ? line : `${line}\n${error}`
}

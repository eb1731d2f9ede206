/** `miner stop-pods`, and the original's: ends what the `start-…` commands have started. */
import { Command, Option } from 'commander'
import type { PodProvider } from '../compute/pod-provider.ts'
import type { Clock } from '../engine/clock.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { SERVICE_NAMES } from '../miner/services.ts'
import { EXIT_ERROR } from './exit-codes.ts'
import { stopLocally } from './miner-local-service.ts'
import type { Face } from './miner-options.ts'
import {
  PROVIDER_KINDS,
  type ProviderKind,
  type ProviderOf,
  type ProviderOptions,
  providerOf,
  targonKeyOption,
} from './miner-providers.ts'
import { type Started, StartedServices, stateDirOption } from './miner-started.ts'
import { minerVoice, originalVoice, printLine, speaking, type Voice } from './miner-voice.ts'
import { print, printJson } from './output.ts'

interface Options extends ProviderOptions {
  readonly provider?: ProviderKind
  readonly stateDir: string
  readonly json?: boolean
}

interface StopWorld {
  readonly providerOf: ProviderOf
  readonly clock: Clock
}

/** After which what a provider does not list was never ordered. */
const LISTED_WITHIN_MS = 15 * 60_000

interface Named {
  readonly name: string
  readonly provider: ProviderKind
}

interface Result {
  readonly stopped: Named[]
  readonly failures: string[]
}

export function stopPodsCommand(face: Face, given: StopWorld = { providerOf, clock: new SystemClock() }): Command {
  const command = new Command('stop-pods')
    .summary('end what the start commands have started')
    .description(
      face === 'original'
        ? 'Deletes every container of the account that is named generator, render or judge.'
        : 'Ends what start-generator, start-renderer and start-judge have started and is on record in the state folder. With\n' +
            '--provider: every container of the account that is named generator, render or judge, whoever started it.',
    )
    .addOption(
      face === 'original'
        ? new Option('--provider <name>', 'where they run').choices(PROVIDER_KINDS).default('targon')
        : new Option('--provider <name>', 'all of those names there').choices(PROVIDER_KINDS),
    )
    .addOption(targonKeyOption())
    .addOption(stateDirOption())
  if (face === 'miner')
    command.addHelpText(
      'after',
      '\nExit codes: 0 none of them runs any more, 1 some may, 130 stopped with Ctrl-C.\n' +
        '\nExamples:\n  $ roundkeeper miner stop-pods\n  $ roundkeeper miner stop-pods --provider targon\n',
    )
  return command.action((options: Options, called: Command) => {
    const voice =
      face === 'original' ? originalVoice(called.optsWithGlobals().verbose ?? 0) : minerVoice(options.json === true)
    return speaking(voice, () => stopPods(face, voice, options, given))
  })
}

async function stopPods(face: Face, voice: Voice, options: Options, given: StopWorld): Promise<void> {
  const started = new StartedServices(options.stateDir)
  const { provider } = options
  const all = (await started.list()).filter((each) => provider === undefined || each.provider === provider)
  const result: Result = { stopped: [], failures: [] }
  for (const one of all.filter((each) => each.provider === 'local')) {
    await attempt(voice, result, one, () => stopLocally(one, started, given.clock))
  }
  const kinds = new Set([...all.map((each) => each.provider), ...(provider === undefined ? [] : [provider])])
  for (const kind of kinds) {
    if (kind === 'local') continue
    const there = all.filter((each) => each.provider === kind).map(({ name }) => name)
    const names = provider === undefined ? there : SERVICE_NAMES
    // Without an account nothing can be said of any of them.
    let at: PodProvider | undefined
    await attempt(voice, result, { name: names.join(', '), provider: kind }, async () => {
      at = given.providerOf(kind, options)
      return false
    })
    if (at === undefined) continue
    for (const name of names)
      await attempt(
        voice,
        result,
        { name, provider: kind },
        stopAt(at, { name, provider: kind }, started, given.clock.now()),
      )
  }
  finish(face, options, result)
}

/** @returns whether there was one @throws `unavailable` also for one that may still show up */
const stopAt =
  (provider: PodProvider, { name, provider: kind }: Started, started: StartedServices, now: Date) =>
  async (): Promise<boolean> => {
    const never = new AbortController().signal
    const there = (await provider.find(name, never)) !== undefined
    if (there) await provider.stop(name, never)
    const known = await started.find(name, kind)
    const lateMs = now.getTime() - Date.parse(known?.at ?? '')
    if (!there && known !== undefined && known.url === undefined && lateMs < LISTED_WITHIN_MS)
      throw new RoundkeeperError('unavailable', 'its order may have arrived, and it is not listed yet', {
        hint: `Run again within ${LISTED_WITHIN_MS / 60_000} minutes of the order.`,
      })
    if (known !== undefined) await started.remove(known)
    return there
  }

async function attempt(voice: Voice, result: Result, one: Named, stop: () => Promise<boolean>): Promise<void> {
  const { name, provider } = one
  try {
    if (!(await stop())) return
    result.stopped.push({ name, provider })
    voice.progress(`stopped ${name} (${provider})`)
  } catch (error) {
    const hint = error instanceof RoundkeeperError && error.hint ? `. ${error.hint}` : ''
    voice.warn(`${name} (${provider}) may still run: ${(error as Error).message}${hint}`)
    result.failures.push(`${name} (${provider}): ${(error as Error).message}`)
  }
}

/** The original says nothing when all went well. */
function finish(face: Face, { json }: Options, { stopped, failures }: Result): void {
  if (failures.length > 0) process.exitCode = EXIT_ERROR
  const error = failures.join('; ')
  if (face === 'original') {
    if (failures.length > 0) printLine({ success: false, error })
  } else if (json) {
    printJson({ success: failures.length === 0, ...(failures.length > 0 && { error }), stopped, failures })
  } else if (failures.length === 0) print(stopped.length === 0 ? 'nothing was running' : `${stopped.length} stopped`)
}

/** Starting one service, here or at a provider: what all `start-…` commands have in common. */
import { Command, Option } from 'commander'
import type { Clock } from '../engine/clock.ts'
import { isError, RoundkeeperError } from '../errors.ts'
import { type ServicePodLimits, startServicePod } from '../miner/service-pod.ts'
import type { JUDGES, Service } from '../miner/services.ts'
import { wholeNumber } from './media-options.ts'
import { findJudge } from './miner-local-judge.ts'
import { type LocalService, startLocally } from './miner-local-service.ts'
import type { Face } from './miner-options.ts'
import {
  type ContainerKind,
  type ProviderKind,
  type ProviderOf,
  type ProviderOptions,
  providerOption,
  targonKeyOption,
} from './miner-providers.ts'
import { StartedServices, stateDirOption } from './miner-started.ts'
import { minerVoice, originalVoice, printLine, speakingTidily, type Voice } from './miner-voice.ts'
import { note, print, printJson, StatusLine } from './output.ts'

export interface StartOptions extends ProviderOptions {
  readonly provider: ProviderKind
  readonly imageUrl?: string
  readonly resource?: string
  readonly port?: number
  readonly judge: keyof typeof JUDGES
  readonly timeout: number
  readonly stateDir: string
  readonly json?: boolean
}

/** What tests put in the place of the world. */
export interface StartWorld {
  readonly providerOf: ProviderOf
  readonly clock: Clock
  readonly limits: ServicePodLimits
}

/** What providers that know a lifetime are told: these commands end what they started by `stop-pods`. */
const LIFETIME_MS = 7 * 86_400_000

/** What tells one `start-…` from another. */
export interface Kind {
  readonly command: string
  readonly summary: string
  readonly examples: readonly string[]
  service(options: StartOptions): Service
  options(command: Command): Command
  /** A process of this machine; undefined where it takes a container. Absent: somebody else has to run it. */
  local?(options: StartOptions, started: StartedServices): Promise<LocalService | undefined>
}

export function startCommand(face: Face, given: StartWorld, kind: Kind): Command {
  const command = kind
    .options(new Command(kind.command).summary(kind.summary))
    .description(
      `${kind.summary[0]?.toUpperCase()}${kind.summary.slice(1)}. Comes back when it answers GET /health, and prints its URL. It\n` +
        'runs until `stop-pods` ends it; what does not come to answer is ended at once, also after Ctrl-C.',
    )
    .addOption(providerOption())
    .addOption(targonKeyOption())
    .option('--resource <name>', 'the machine, in the provider’s words')
    .addOption(
      new Option('--port <n>', 'of --provider local; 0 for any that is free').argParser(wholeNumber(0, 65_535)),
    )
    .addOption(
      new Option('--gpus <which>', 'of --provider container: `all`, `none`, or what its --gpus takes').default('all'),
    )
    .addOption(
      new Option('--egress <rule>', 'of --provider container: may it reach others').choices(['open', 'closed']),
    )
    .addOption(
      new Option('--timeout <seconds>', 'until it answers')
        .argParser(wholeNumber(1, 86_400))
        .default(given.limits.healthyMs / 1000),
    )
    .addOption(stateDirOption())
  if (face === 'miner') {
    const examples = kind.examples.map((each) => `  $ roundkeeper miner ${each}\n`).join('')
    command.addHelpText(
      'after',
      `\nExit codes: 0 it runs, 1 it does not, 2 wrong usage, 130 stopped with Ctrl-C.\n\nExamples:\n${examples}`,
    )
  }
  return command.action((options: StartOptions, called: Command) => {
    const voice =
      face === 'original' ? originalVoice(called.optsWithGlobals().verbose ?? 0) : minerVoice(options.json === true)
    return speakingTidily(voice, (signal) => start(face, voice, kind, options, given, signal))
  })
}

async function start(
  face: Face,
  voice: Voice,
  kind: Kind,
  options: StartOptions,
  given: StartWorld,
  signal: AbortSignal,
): Promise<void> {
  const started = new StartedServices(options.stateDir)
  if (options.targonApiKey !== undefined) voice.warn('others can read --targon-api-key: better set TARGON_API_KEY')
  const status = new StatusLine()
  let last = ''
  const progress = (what: string) => {
    status.show(what)
    if (what !== last && process.stderr.isTTY !== true) voice.progress(what)
    last = what
  }
  const service = kind.service(options)
  const { name } = service
  const here = options.provider === 'local'
  const local = here ? await kind.local?.(options, started) : undefined
  let [provider, url] = [options.provider, '']
  try {
    if (local !== undefined) {
      const waitMs = options.timeout * 1000
      const port = options.port ?? service.port
      url = await startLocally({ service: local, port, started, clock: given.clock, waitMs, progress }, signal)
    } else if (here && kind.local === undefined) {
      url = await findJudge(service, options.port ?? service.port, signal)
    } else {
      provider = here ? 'container' : options.provider
      url = await startContainer(provider as ContainerKind, service, options, given, started, progress, signal)
    }
  } catch (error) {
    status.clear()
    throw face === 'original' ? asOriginal(error) : error
  }
  status.clear()
  if (face === 'original') printLine({ success: true, container_url: url })
  else if (options.json) printJson({ success: true, container_url: url, name, provider })
  else tell(name, provider, url)
}

async function startContainer(
  kind: ContainerKind,
  service: Service,
  options: StartOptions,
  { providerOf: open, clock, limits }: StartWorld,
  started: StartedServices,
  progress: (what: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const image = options.imageUrl ?? service.image
  if (image === undefined) throw new RoundkeeperError('usage', 'which image?', { where: '--image-url' })
  const egress = options.egress ?? (service.fetches ? 'open' : 'closed')
  const provider = open(kind, { ...options, egress, gpus: service.needsGpu ? (options.gpus ?? 'all') : 'none' })
  const resource = options.resource ?? service.resources[kind]
  const request = {
    ...{ name: service.name, image, port: service.port, env: {}, lifetimeMs: LIFETIME_MS },
    labels: { competition: 'miner', round: '0', run: 'miner' },
    ...(service.args && { args: service.args }),
    ...(resource && { resource }),
  }
  const one = { name: service.name, provider: kind, at: clock.now().toISOString() }
  const before = await started.find(service.name, kind)
  // Before the order: when we are killed on the way, stop-pods still knows of it.
  await started.add(one)
  let taken = false
  try {
    // An engine of this machine may be asked as often as one likes.
    const everyMs = kind === 'container' ? Math.min(limits.everyMs, 500) : limits.everyMs
    const within = { ...limits, everyMs, healthyMs: options.timeout * 1000 }
    const ordered = () => {
      taken = true
    }
    const { url } = await startServicePod({ provider, request, clock, limits: within, ordered, progress }, signal)
    await started.add({ ...one, url })
    return url
  } catch (error) {
    const { message } = error as Error
    // Also where there is no room, which may be otherwise another time.
    const isRefused = isError(error, 'refused') || isError(error, 'unauthorised') || /it answered 4\d\d/.test(message)
    const isEnded = taken && !/could not be stopped/.test(message)
    if (before !== undefined) await started.add(before)
    // Otherwise nobody knows whether the order arrived: it may show up later.
    else if (taken ? isEnded : isRefused) await started.remove(one)
    throw error
  }
}

/** The words that scripts know, and then why. */
function asOriginal(error: unknown): unknown {
  if (!(error instanceof RoundkeeperError) || error.code === 'aborted') return error
  const { code, message, where, hint } = error
  return new RoundkeeperError(code, `Failed to deploy and start container: ${message}`, {
    ...(where !== undefined && { where }),
    ...(hint !== undefined && { hint }),
    cause: error,
  })
}

function tell(name: string, provider: string, url: string): void {
  print(url)
  note(`${name} runs (${provider}) until \`roundkeeper miner stop-pods\``)
  if (provider !== 'local' && provider !== 'container')
    note('Anybody who knows the address can use it, and it costs money.')
}

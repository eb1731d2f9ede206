// Containers of this machine's engine, on a port of the loopback. Their network leads nowhere else, where the engine can.
import { basename } from 'node:path'
import { z } from 'zod'
import type { Clock } from '../../engine/clock.ts'
import { LocalProcess } from '../local-process.ts'
import type { PodCost, PodLabels, PodProvider, PodRequest, PodState, PodView } from '../pod-provider.ts'
import { costSince, dateOf, understood } from './answers.ts'
import { answeringProgram, outputOf, programEnvironment, runProgram, unavailable } from './container-program.ts'

const LABEL = 'roundkeeper'
const NETWORK = 'roundkeeper-closed'
/** A number above all that an image needs, and below what would hold up the machine. */
const MAX_PROCESSES = 4096
/** What `docker run` ends with when it is the engine that failed, and not what it ran. */
const ENGINE_FAILED = 125
/** By SIGKILL, or by SIGTERM. */
const KILLED = [137, 143]
const MAX_LOG_LINES = '200'

export interface ContainerOptions {
  readonly clock: Clock
  /** Absent: docker or podman, whichever answers. */
  readonly program?: string | undefined
  /** In the engine's words: `64g`. */
  readonly memory?: string | undefined
  readonly cpus?: number | undefined
  /** `all`, or what else the engine's `--gpus` takes. */
  readonly gpus?: string | undefined
  /** Whether containers may reach other machines. */
  readonly egress?: 'closed' | 'open' | undefined
}

const inspectedSchema = z.object({
  Name: z.string(),
  Created: z.string().nullish(),
  State: z.object({
    Status: z.string(),
    ExitCode: z.number().nullish(),
    OOMKilled: z.boolean().nullish(),
  }),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
  NetworkSettings: z.object({
    Ports: z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullish()).nullish(),
  }),
})
type Inspected = z.infer<typeof inspectedSchema>

const states: Readonly<Record<string, PodState>> = {
  ...{ created: 'starting', configured: 'starting', initialized: 'starting', restarting: 'starting' },
  ...{ running: 'running', paused: 'running', exited: 'failed', stopped: 'failed', dead: 'failed' },
  removing: 'ended',
}

export class Container implements PodProvider {
  readonly id = 'container'
  readonly isClosed: boolean
  readonly #options: ContainerOptions
  #program: Promise<string> | undefined
  /** Each stays with its container: removed ones leave neither an exit code nor logs behind. */
  readonly #attached = new Map<string, LocalProcess>()
  readonly #orderedAt = new Map<string, Date>()

  constructor(options: ContainerOptions) {
    this.#options = options
    this.isClosed = (options.egress ?? 'closed') === 'closed'
  }

  async deploy(request: PodRequest, signal: AbortSignal): Promise<{ name: string }> {
    const program = await this.#engine(signal)
    const args = await this.#argumentsOf(program, request, signal)
    const attached = new LocalProcess([program, ...args], '/', programEnvironment())
    // The container itself goes on without us, until somebody stops it.
    attached.leave()
    this.#attached.set(request.name, attached)
    this.#orderedAt.set(request.name, this.#options.clock.now())
    return { name: request.name }
  }

  async find(name: string, signal: AbortSignal): Promise<PodView | undefined> {
    const program = await this.#engine(signal)
    const attached = this.#attached.get(name)
    if (attached !== undefined && !attached.running) return this.#endOf(program, name, attached, signal)
    const [found] = await this.#inspect(program, [name], signal)
    if (found !== undefined) return viewOf(found)
    // Its image is still being pulled, or it ended between the two looks.
    if (attached === undefined) return undefined
    return attached.running ? { name, state: 'starting' } : this.#endOf(program, name, attached, signal)
  }

  async list(signal: AbortSignal): Promise<readonly PodView[]> {
    const program = await this.#engine(signal)
    const args = ['ps', '--all', '--filter', `label=${LABEL}.run`, '--format', '{{.Names}}']
    const names = (await outputOf(program, args, signal)).split('\n').filter((name) => name !== '')
    return (await this.#inspect(program, names, signal)).map(viewOf)
  }

  async logs(name: string, signal: AbortSignal): Promise<string> {
    const attached = this.#attached.get(name)
    if (attached !== undefined) return attached.output
    const program = await this.#engine(signal)
    const { code, stdout, stderr } = await runProgram(program, ['logs', '--tail', MAX_LOG_LINES, name], signal)
    return code === 0 ? `${stdout}${stderr}` : ''
  }

  async stop(name: string, signal: AbortSignal): Promise<void> {
    const program = await this.#engine(signal)
    // First whoever might still start it.
    await this.#attached.get(name)?.kill()
    const args = ['rm', '--force', '--volumes', name]
    const { code, stderr } = await runProgram(program, args, signal)
    if (code !== 0 && !/no such container|no container with/i.test(stderr)) throw unavailable(program, args, stderr)
    this.#attached.delete(name)
    this.#orderedAt.delete(name)
  }

  /** The machine is ours. */
  async cost(name: string, signal: AbortSignal): Promise<PodCost | undefined> {
    const view = await this.find(name, signal)
    const now = this.#options.clock.now()
    return view && costSince(view.createdAt ?? now, now, 0)
  }

  #engine(signal: AbortSignal): Promise<string> {
    if (this.#program !== undefined) return this.#program
    const { program } = this.#options
    const found = answeringProgram(program === undefined ? ['docker', 'podman'] : [program], signal)
    this.#program = found
    found.catch(() => {
      this.#program = undefined
    })
    return found
  }

  async #endOf(program: string, name: string, attached: LocalProcess, signal: AbortSignal): Promise<PodView> {
    const view = endOf(name, attached)
    const isKilled = KILLED.includes(attached.exitCode ?? 0) && (await this.#isStopped(program, name, signal))
    return isKilled ? { name, state: 'ended', detail: `${view.detail}: it was stopped from outside` } : view
  }

  /** Whether the engine was told to end it. Where the kernel did, for want of memory, or it did so itself, nobody was. */
  async #isStopped(program: string, name: string, signal: AbortSignal): Promise<boolean> {
    const secondsOf = (date: Date) => (date.getTime() / 1000).toFixed(3)
    const now = this.#options.clock.now()
    const within = ['--since', secondsOf(this.#orderedAt.get(name) ?? now), '--until', secondsOf(now)]
    const filters = [`container=${name}`, 'event=kill', 'event=stop'].flatMap((each) => ['--filter', each])
    const { code, stdout } = await runProgram(
      program,
      ['events', ...within, ...filters, '--format', '{{json .}}'],
      signal,
    )
    return code === 0 && stdout.trim() !== ''
  }

  async #argumentsOf(program: string, request: PodRequest, signal: AbortSignal): Promise<string[]> {
    const { name, image, labels, port, env, args = [] } = request
    if (!/^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/.test(image)) throw unavailable(program, ['run'], `${image} is no image`)
    const { memory = '64g', cpus, gpus, egress = 'closed' } = this.#options
    if (egress === 'closed') await ensureClosedNetwork(program, signal)
    return [
      ...['run', '--rm', '--name', name, '--publish', `127.0.0.1::${port}`],
      ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${LABEL}.${key}=${value}`]),
      ...(egress === 'closed' ? ['--network', NETWORK, '--dns', '127.0.0.1'] : []),
      ...['--memory', memory, '--pids-limit', String(MAX_PROCESSES), '--security-opt', 'no-new-privileges'],
      ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
      ...(gpus === undefined ? [] : ['--gpus', gpus]),
      ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      ...[image, ...args],
    ]
  }

  async #inspect(program: string, names: readonly string[], signal: AbortSignal): Promise<Inspected[]> {
    if (names.length === 0) return []
    const args = ['inspect', '--type', 'container', ...names]
    const { code, stdout, stderr } = await runProgram(program, args, signal)
    // It prints those that are there, and complains about the others.
    if (code !== 0 && !/no such (container|object)|no container with/i.test(stderr)) {
      throw unavailable(program, args, stderr)
    }
    return understood(this.id, z.array(inspectedSchema), jsonOf(stdout))
  }
}

/**
 * A container on no network at all could not be asked anything. On this one it answers on the loopback of this machine,
 * and its own packets find no way back from outside: Docker does not put our address on them, Podman gives it no route.
 */
async function ensureClosedNetwork(program: string, signal: AbortSignal): Promise<void> {
  const known = await runProgram(program, ['network', 'inspect', NETWORK], signal)
  if (known.code === 0) return
  const closed = basename(program).startsWith('podman')
    ? ['--internal']
    : ['--opt', 'com.docker.network.bridge.enable_ip_masquerade=false']
  const made = await runProgram(program, ['network', 'create', ...closed, NETWORK], signal)
  if (made.code !== 0 && !/already exists/i.test(made.stderr)) throw unavailable(program, ['network'], made.stderr)
}

function endOf(name: string, { exitCode, output }: LocalProcess): PodView {
  const detail = `exit code ${exitCode ?? 'unknown'}`
  // A signal ended the engine's program, not the container.
  if (exitCode === undefined) return { name, state: 'ended', detail: 'its program was killed' }
  if (exitCode === ENGINE_FAILED) return { name, state: 'ended', detail: output.slice(-200) || detail }
  return { name, state: 'failed', detail }
}

function viewOf({ Name, Created, State, Config, NetworkSettings }: Inspected): PodView {
  const port = Object.values(NetworkSettings.Ports ?? {}).flatMap((each) => each ?? [])[0]?.HostPort
  const createdAt = dateOf(Created)
  const labels = labelsOf(Config.Labels ?? {})
  const memory = State.OOMKilled === true ? ', out of memory' : ''
  return {
    name: Name.replace(/^\//, ''),
    state: states[State.Status] ?? 'starting',
    detail: State.Status === 'exited' ? `exit code ${State.ExitCode ?? 'unknown'}${memory}` : State.Status,
    ...(port && { url: `http://127.0.0.1:${port}` }),
    ...(createdAt && { createdAt }),
    ...(labels && { labels }),
  }
}

function labelsOf(all: Readonly<Record<string, string>>): PodLabels | undefined {
  const [competition, round, run] = ['competition', 'round', 'run'].map((key) => all[`${LABEL}.${key}`])
  if (competition === undefined || round === undefined || run === undefined) return undefined
  return { competition, round, run }
}

function jsonOf(text: string): unknown {
  try {
    return text.trim() === '' ? [] : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One container of a miner's own at a provider: ordered, waited for until it answers, and never left behind unless it does. */
import { request } from 'undici'
import type { PodProvider, PodRequest, PodView } from '../compute/pod-provider.ts'
import type { Clock } from '../engine/clock.ts'
import { isError, RoundkeeperError } from '../errors.ts'

export interface ServicePodLimits {
  /** From the order until the provider says where it listens. */
  readonly visibleMs: number
  /** From there until it answers. */
  readonly healthyMs: number
  /** Between two looks. */
  readonly everyMs: number
  /** For one question whether it is ready. */
  readonly askMs: number
}

/** The original's. */
export const SERVICE_LIMITS: ServicePodLimits = {
  ...{ visibleMs: 600_000, healthyMs: 3_600_000, everyMs: 10_000, askMs: 30_000 },
}

export interface ServicePodOptions {
  readonly provider: PodProvider
  readonly request: PodRequest
  readonly clock: Clock
  readonly limits: ServicePodLimits
  /** Called when the provider has taken the order: from then on it can be told to stop it. */
  readonly ordered?: () => void
  /** How far it has come, for people. */
  readonly progress: (what: string) => void
}

export type RunningPod = PodView & { readonly url: string }

/**
 * @throws `refused` when there is one of that name already; `unavailable` when it does not come to answer in time, or the
 *   provider does not play along; `aborted`. Then it is stopped, or the message says that it could not be.
 */
export async function startServicePod(options: ServicePodOptions, signal: AbortSignal): Promise<RunningPod> {
  const { provider, request: order } = options
  await refuseAnother(options, signal)
  let { name } = order
  try {
    options.progress(`ordering ${order.image} from ${provider.id}`)
    name = (await provider.deploy(order, signal)).name
    options.ordered?.()
    return await becomesHealthy(options, name, await becomesVisible(options, name, signal), signal)
  } catch (error) {
    const left = await provider.stop(name, new AbortController().signal).then(
      () => undefined,
      (failure: Error) => failure.message,
    )
    if (left === undefined && isError(error)) throw error
    if (left === undefined) throw unavailable(provider, String(error), name)
    throw new RoundkeeperError(
      isError(error) ? error.code : 'unavailable',
      `${(error as Error).message}; ${name} could not be stopped and may cost money: ${left}`,
      {
        where: `${provider.id}: ${name}`,
        hint: 'Run `roundkeeper miner stop-pods`, or stop it in the provider’s console.',
      },
    )
  }
}

async function refuseAnother({ provider, request: { name } }: ServicePodOptions, signal: AbortSignal): Promise<void> {
  const found = await provider.find(name, signal)
  if (found === undefined) return
  if (found.state === 'ended' || found.state === 'failed') return provider.stop(name, signal)
  throw new RoundkeeperError('refused', `there is a container named ${name} already`, {
    where: found.url ?? provider.id,
    hint: 'Use that one, or end it first: `roundkeeper miner stop-pods`.',
  })
}

async function becomesVisible(options: ServicePodOptions, name: string, signal: AbortSignal): Promise<RunningPod> {
  const { provider, clock, limits } = options
  const until = clock.now().getTime() + limits.visibleMs
  for (;;) {
    const view = await seen(options, name, signal)
    if (view?.url !== undefined && view.url !== '') return { ...view, url: view.url }
    if (clock.now().getTime() >= until)
      throw unavailable(provider, `it did not say within ${limits.visibleMs / 1000} s where ${name} is`, name)
    options.progress(
      `waiting for ${provider.id} to say where it is: ${view?.detail ?? view?.state ?? 'not listed yet'}`,
    )
    await clock.sleep(limits.everyMs, signal)
  }
}

async function becomesHealthy(
  options: ServicePodOptions,
  name: string,
  view: RunningPod,
  signal: AbortSignal,
): Promise<RunningPod> {
  const { provider, clock, limits } = options
  const until = clock.now().getTime() + limits.healthyMs
  for (;;) {
    const said = await ask(`${view.url}/health`, view.headers, limits.askMs, signal)
    if (said === '200') return view
    if (clock.now().getTime() >= until)
      throw unavailable(provider, `it did not answer GET /health with 200 within ${limits.healthyMs / 1000} s`, name)
    options.progress(`waiting for ${view.url}/health: ${said}`)
    await clock.sleep(limits.everyMs, signal)
    await seen(options, name, signal)
  }
}

/** What the provider says; a failure that may pass says nothing. @throws `unavailable` when the container has ended */
async function seen({ provider }: ServicePodOptions, name: string, signal: AbortSignal) {
  const view = await provider.find(name, signal).catch((error: unknown) => {
    if (isError(error, 'unavailable') && !signal.aborted) return undefined
    throw error
  })
  if (view?.state !== 'failed' && view?.state !== 'ended') return view
  const logs = await provider.logs(name, signal).catch(() => '')
  const end = logs.trim() === '' ? '' : `\n${logs.trim().slice(-1000)}`
  throw unavailable(provider, `${name} ended: ${view.detail ?? view.state}${end}`, name)
}

/** The status, or why there is none. */
async function ask(url: string, headers = {}, askMs: number, signal: AbortSignal): Promise<string> {
  try {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(askMs)])
    const { statusCode, body } = await request(url, { headers, signal: inTime, reset: true })
    body.on('error', () => undefined).destroy()
    return String(statusCode)
  } catch (error) {
    if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped while waiting', { cause: error })
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message
  }
}

const unavailable = ({ id }: PodProvider, what: string, name: string) =>
  new RoundkeeperError('unavailable', what, {
    where: `${id}: ${name}`,
    hint: 'See what the provider says, or take another one with --provider.',
  })

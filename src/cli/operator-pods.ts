/** Where miners' images run, as settings and environment name it. Nothing is asked before there is an image to run. */
import { CloudPods, cloudLimits } from '../compute/cloud-pods.ts'
import type { LocalPods } from '../compute/local-pods.ts'
import type { PodProvider } from '../compute/pod-provider.ts'
import { processRuns } from '../compute/pod-run.ts'
import type { Pods } from '../compute/pods.ts'
import { Container } from '../compute/providers/container.ts'
import { RunPod } from '../compute/providers/runpod.ts'
import { Targon } from '../compute/providers/targon.ts'
import { Verda } from '../compute/providers/verda.ts'
import { RoutedPods } from '../compute/routed-pods.ts'
import type { Clock } from '../engine/clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { type PodsSettings, PROVIDERS, type ProviderName, providersSchema } from './pods-settings.ts'
import { credentialsOf, type Environment } from './provider-credentials.ts'

export const GPU_PROVIDERS = 'GPU_PROVIDERS'

export interface OperatorPods {
  readonly pods: Pods
  /** All but the processes of this machine; absent when there is nothing else. */
  readonly cloud?: CloudPods
}

/** @throws `usage` for providers that do not exist, `unauthorised` for those without credentials */
export function operatorPods(
  settings: PodsSettings,
  local: LocalPods,
  clock: Clock,
  environment: Environment = process.env,
): OperatorPods {
  const { names, where } = namesOf(settings, environment)
  const providers = names.flatMap((name) =>
    name === 'local' ? [] : [providerOf(name, settings, clock, requiredOf(name, where, environment))],
  )
  if (providers.length === 0) return { pods: local }
  const cloud = new CloudPods({
    ...{ providers, clock, runs: processRuns(), limits: limitsOf(settings) },
    resources: Object.fromEntries(Object.entries(settings.machines).filter(([, machine]) => machine !== undefined)),
  })
  return { cloud, pods: new RoutedPods(cloud, names.includes('local') ? local : undefined) }
}

/** In order of preference, and what says so. @throws `usage` */
export function namesOf({ providers }: PodsSettings, environment: Environment) {
  const text = environment[GPU_PROVIDERS]?.trim()
  if (!text) return { names: providers, where: 'roundkeeper.json: pods.providers' }
  const listed = text.split(',').map((name) => name.trim().toLowerCase())
  const parsed = providersSchema.safeParse(listed.filter((name) => name !== ''))
  if (parsed.success) return { names: parsed.data, where: GPU_PROVIDERS }
  throw new RoundkeeperError('usage', `${JSON.stringify(text)} is not a list of providers`, {
    where: GPU_PROVIDERS,
    hint: `Name some of ${PROVIDERS.join(', ')}, each once, with commas between them; or unset ${GPU_PROVIDERS}.`,
  })
}

/** One of them by itself. @throws `unauthorised` without its credentials */
export const openProvider = (
  name: Exclude<ProviderName, 'local'>,
  settings: PodsSettings,
  clock: Clock,
  environment: Environment = process.env,
): PodProvider => providerOf(name, settings, clock, requiredOf(name, 'roundkeeper.json: pods.providers', environment))

function requiredOf(name: ProviderName, where: string, environment: Environment): string[] {
  const { values, missing } = credentialsOf(name, environment)
  if (missing.length === 0) return values
  throw new RoundkeeperError('unauthorised', `${name} wants credentials: ${missing.join(', ')} not set`, {
    where,
    hint: `Set ${missing.join(', ')} in the environment, or take ${name} out of the providers.`,
  })
}

function providerOf(
  name: Exclude<ProviderName, 'local'>,
  { container, urls, usd_per_hour }: PodsSettings,
  clock: Clock,
  [first = '', second = '', third = '']: readonly string[],
): PodProvider {
  const base = (url: string | undefined) => (url === undefined ? {} : { url: url.replace(/\/+$/, '') })
  if (name === 'targon')
    return new Targon({ apiKey: first, clock, ...base(urls.targon), usdPerHour: usd_per_hour.targon })
  if (name === 'runpod') return new RunPod({ apiKey: first, clock, ...base(urls.runpod) })
  if (name === 'container') return new Container({ clock, ...container })
  const secrets = { clientId: first, clientSecret: second, generationToken: third }
  return new Verda({ ...secrets, clock, ...base(urls.verda), usdPerHour: usd_per_hour.verda })
}

function limitsOf({ lifetime_minutes, acquire_minutes, visible_minutes, warm_up_minutes }: PodsSettings) {
  return {
    ...cloudLimits,
    lifetimeMs: 60_000 * lifetime_minutes,
    acquireMs: 60_000 * acquire_minutes,
    visibleMs: 60_000 * visible_minutes,
    startMs: 60_000 * warm_up_minutes,
  }
}

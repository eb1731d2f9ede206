/** Where a miner's containers run, by name; credentials come from the environment, as they do for operators. */
import { Option } from 'commander'
import type { PodProvider } from '../compute/pod-provider.ts'
import { Container } from '../compute/providers/container.ts'
import { RunPod } from '../compute/providers/runpod.ts'
import { Targon } from '../compute/providers/targon.ts'
import { Verda } from '../compute/providers/verda.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { RoundkeeperError } from '../errors.ts'

/** `local`: a process of this machine; all others run containers. */
export const PROVIDER_KINDS = ['local', 'container', 'targon', 'verda', 'runpod'] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]
export type ContainerKind = Exclude<ProviderKind, 'local'>

export interface ProviderOptions {
  /** On the command line others see it: the variable does not have that fault. */
  readonly targonApiKey?: string
  readonly gpus?: string
  /** Of containers on this machine, which are closed otherwise. */
  readonly egress?: 'open' | 'closed'
}

export type ProviderOf = (kind: ContainerKind, options: ProviderOptions) => PodProvider

export const providerOption = () =>
  new Option('--provider <name>', 'where it runs').choices(PROVIDER_KINDS).default('targon')

export const targonKeyOption = () =>
  new Option('--targon-api-key <key>', 'others on this machine can read it here: better set TARGON_API_KEY')

/** @throws `unauthorised` naming the variable that is not set */
export const providerOf: ProviderOf = (kind, { targonApiKey, gpus, egress }) => {
  const clock = new SystemClock()
  if (kind === 'container') return new Container({ clock, gpus: gpus === 'none' ? undefined : gpus, egress })
  if (kind === 'targon') return new Targon({ clock, apiKey: targonApiKey ?? secret('TARGON_API_KEY', kind) })
  if (kind === 'runpod') return new RunPod({ clock, apiKey: secret('RUNPOD_API_KEY', kind) })
  return new Verda({
    clock,
    clientId: secret('VERDA_CLIENT_ID', kind),
    clientSecret: secret('VERDA_CLIENT_SECRET', kind),
    generationToken: secret('VERDA_GENERATION_TOKEN', kind),
  })
}

function secret(variable: string, provider: string): string {
  const value = process.env[variable]
  if (value) return value
  throw new RoundkeeperError('unauthorised', `${provider} wants an account: ${variable} is not set`, {
    where: variable,
    hint: `Set ${variable} in the environment; or take --provider local, or container, which need none.`,
  })
}

/** Where a miner's containers run, by name; credentials come from the environment, as they do for operators. */
import { Option } from 'commander'
import type { PodProvider } from '../compute/pod-provider.ts'
import { Container } from '../compute/providers/container.ts'
import { RunPod } from '../compute/providers/runpod.ts'
import { Targon } from '../compute/providers/targon.ts'
import { Verda } from '../compute/providers/verda.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { credentialsOf } from './provider-credentials.ts'

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

/** @throws `unauthorised` naming the variables that are not set */
export const providerOf: ProviderOf = (kind, { targonApiKey, gpus, egress }) => {
  const clock = new SystemClock()
  if (kind === 'container') return new Container({ clock, gpus: gpus === 'none' ? undefined : gpus, egress })
  if (kind === 'targon') return new Targon({ clock, apiKey: targonApiKey ?? required(kind)[0] })
  if (kind === 'runpod') return new RunPod({ clock, apiKey: required(kind)[0] })
  const [clientId, clientSecret, generationToken] = required(kind)
  return new Verda({ clock, clientId, clientSecret, generationToken })
}

function required(kind: ContainerKind): [string, string, string] {
  const { values, missing } = credentialsOf(kind, process.env)
  const [first = '', second = '', third = ''] = values
  if (missing.length === 0) return [first, second, third]
  const names = missing.join(', ')
  const are = missing.length === 1 ? 'is' : 'are'
  throw new RoundkeeperError('unauthorised', `${kind} wants an account: ${names} ${are} not set`, {
    where: missing[0] ?? kind,
    hint: `Set ${names} in the environment; or take --provider local, or container, which need none.`,
  })
}

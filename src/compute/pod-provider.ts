// Where containers run: a GPU cloud, or an engine on this machine. What is behind them knows nothing of rounds.

/** Whose a pod is. Providers without labels get the same by the pod's name (`pod-name.ts`). */
export interface PodLabels {
  readonly competition: string
  readonly round: string
  readonly run: string
}

export interface PodRequest {
  /** Of lower-case letters, digits and dashes, 60 characters at most; nobody else's on the account. */
  readonly name: string
  /** As a registry knows it, best by digest. */
  readonly image: string
  readonly labels: PodLabels
  /** That the image listens on. */
  readonly port: number
  /** After which the provider should stop it, where its API has such a thing. */
  readonly lifetimeMs: number
  /** All that the container gets to know. No secret of ours is in it, ever. */
  readonly env: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** The machine, in the provider's own words; its one-GPU H200 where absent. */
  readonly resource?: string
}

/**
 * `running`: as far as the provider knows. `failed`: the container ended by itself. `ended`: the provider, or somebody
 * with the account, took it away.
 */
export type PodState = 'starting' | 'running' | 'ended' | 'failed'

export interface PodView {
  readonly name: string
  readonly state: PodState
  /** Of what listens in the container, without a slash at the end; once that is known. */
  readonly url?: string
  /** That every request to `url` needs. Secret. */
  readonly headers?: Readonly<Record<string, string>>
  readonly createdAt?: Date
  readonly labels?: PodLabels
  /** Why it is in that state, for people. */
  readonly detail?: string
}

export interface PodCost {
  readonly seconds: number
  readonly amount?: number
  readonly currency?: string
}

/**
 * Every call ends within a minute or two. All throw RoundkeeperError: `unavailable` when the provider does not answer, is
 * overloaded, or has no capacity or quota left now; `unauthorised` when it refuses our credentials; `refused` when it
 * will not take the request; `aborted`. None of these is ever the fault of an image, and no message holds a secret.
 */
export interface PodProvider {
  readonly id: string
  /** Whether its containers reach nobody. */
  readonly isClosed?: boolean
  /** Returns as soon as the provider has taken the order. When it throws, there may be a pod all the same: stop it. */
  deploy(request: PodRequest, signal: AbortSignal): Promise<{ readonly name: string }>
  /** Undefined when there is none of this name. */
  find(name: string, signal: AbortSignal): Promise<PodView | undefined>
  /** The end of what the container wrote; empty where the provider does not tell. */
  logs(name: string, signal: AbortSignal): Promise<string>
  /** Whatever has this name. Gone already is fine. */
  stop(name: string, signal: AbortSignal): Promise<void>
  /** Everything on the account, also what is not ours. */
  list(signal: AbortSignal): Promise<readonly PodView[]>
  /** So far; without an amount where the provider does not say its price. Undefined when there is none of this name. */
  cost(name: string, signal: AbortSignal): Promise<PodCost | undefined>
}

/** What is looked at: an operator's machine and settings, every part opened by itself, so that one that fails hides no other. */
import type { Bittensor } from '../chain/bittensor/bittensor.ts'
import type { Chain } from '../chain/chain.ts'
import type { PodProvider } from '../compute/pod-provider.ts'
import type { Clock } from '../engine/clock.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import type { Judge } from '../judge/judge.ts'
import type { ImageDistance } from '../media/image-distance.ts'
import type { Renderer } from '../media/renderer.ts'
import type { Identity, StateRepo } from '../repo/state-repo.ts'
import type { StoreProbe } from '../store/probe.ts'
import type { RedisLook } from '../work/redis/look.ts'

export interface Machine {
  /** The folder with the operator's settings. */
  readonly dir: string
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Where the competition is kept. */
export interface Place {
  readonly kind: 'folder' | 'git' | 'github'
  /** For people. */
  readonly address: string
  readonly branch: string
  /** Where git speaks to it over HTTP, without credentials. */
  readonly gitUrl?: string
  /** Of one that GitHub keeps, whichever way it is spoken to. */
  readonly github?: GithubPlace
}

export interface GithubPlace {
  readonly owner: string
  readonly repo: string
  /** Without a slash at the end. */
  readonly apiUrl: string
}

/** Who we are to the host of the repository. */
export type Login =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly id: string; readonly key: string }

export interface JudgeSetup {
  readonly field: 'judge' | 'second_judge'
  readonly isPaid: boolean
  open(): Judge
}

/** Of everything that opens: @throws RoundkeeperError */
export interface Setup extends Machine {
  readonly place: Place
  login(): Login
  repo(): Promise<StateRepo>
  /** As of the head when it was asked first. @throws Waits where the repository cannot be reached, with the reason as its cause */
  snapshot(): Promise<Snapshot>
  readonly keys: {
    engine(): Promise<Identity>
    operator(): Promise<Identity>
    /** Whether a file is named for the person in charge, and lies on this machine. */
    operatorIsHere(): Promise<boolean>
  }
  readonly chain:
    | { readonly kind: 'clock'; open(): Promise<Chain> }
    | { readonly kind: 'bittensor'; readonly network: string; open(finality: 'finalized' | 'best'): Promise<Bittensor> }
  /** A validator's, that is to set weights. */
  readonly hotkey: string | undefined
  readonly store: {
    readonly id: string
    /** An HTTP server's, whose clock can be asked. */
    readonly endpoint: string | undefined
    probe(): StoreProbe & AsyncDisposable
  }
  readonly judges: readonly JudgeSetup[]
  renderer(): Renderer
  distance(): { readonly distance: ImageDistance; prepare(): Promise<void> }
  /** Names in the order of preference; `local` is none of them. @throws `usage` */
  providerNames(): readonly string[]
  /** @throws `unauthorised` without its credentials */
  provider(name: string): PodProvider
  readonly builds: BuildsPlace
  /** Looks at the Redis by which workers are asked, where they are. */
  readonly redis: ((signal: AbortSignal) => Promise<RedisLook>) | undefined
  /** Who is told what happens, and who cannot be told and why. @throws Waits */
  audience(): Promise<{ readonly told: readonly string[]; readonly missing: readonly Missing[] }>
  /** Where miners' repositories are. */
  readonly codeHost: string | undefined
}

export interface Missing {
  readonly listener: string
  readonly error: unknown
}

export type BuildsPlace =
  | { readonly kind: 'local'; readonly images: string }
  | {
      readonly kind: 'github'
      readonly apiUrl: string
      /** OWNER/NAME; undefined where nothing says which. */
      readonly repository: string | undefined
      readonly workflow: string
      readonly token: string | undefined
      readonly imageFormat: string
    }
  | { readonly kind: 'registry'; readonly imageFormat: string }

// Which pods nobody needs any more, and stopping them. Decided by their names alone: that is all that every provider keeps.
import { RoundkeeperError } from '../errors.ts'
import { competitionKey, parsePodName } from './pod-name.ts'
import type { PodProvider } from './pod-provider.ts'
import type { PodRuns } from './pod-run.ts'
import type { PodOwner, Reaped } from './pods.ts'

export interface ReapOptions {
  readonly owner: PodOwner
  readonly now: Date
  readonly lifetimeMs: number
  readonly runs: PodRuns
  /** Names of the pods that this run is at work with. */
  readonly inUse: ReadonlySet<string>
  /** Whatever they are used for: everything of the competition. */
  readonly all?: boolean
}

/** Why a pod of this name has to go; undefined when it is not ours, or still needed. */
export function whyStop(name: string, options: ReapOptions): string | undefined {
  const { owner, now, lifetimeMs, runs, inUse, all = false } = options
  const parts = parsePodName(name)
  if (parts === undefined || parts.competition !== competitionKey(owner.competition)) return undefined
  if (all) return 'all were to be stopped'
  if (now.getTime() - parts.at.getTime() >= lifetimeMs) return `its lifetime of ${lifetimeMs / 60_000} min is over`
  if (parts.round < owner.round) return `round ${parts.round} is over`
  if (parts.run === runs.current) return inUse.has(name) ? undefined : 'nobody uses it'
  return runs.isOver(parts.run) ? 'the run that started it is over' : undefined
}

/** Looks through every provider; one that does not answer keeps nobody from the others. @throws `aborted` */
export async function reap(
  providers: readonly PodProvider[],
  options: ReapOptions,
  signal: AbortSignal,
): Promise<Reaped> {
  const stopped: Reaped['stopped'][number][] = []
  const failures: string[] = []
  const fail = (error: unknown, about = '') => {
    if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped while reaping', { cause: signal.reason })
    failures.push(`${about}${error instanceof Error ? error.message : String(error)}`)
  }
  await Promise.all(
    providers.map(async (provider) => {
      try {
        const names = new Set((await provider.list(signal)).map(({ name }) => name))
        for (const name of names) {
          const why = whyStop(name, options)
          if (why === undefined) continue
          // One that cannot be stopped keeps none of the others.
          await provider.stop(name, signal).then(
            () => stopped.push({ provider: provider.id, name, why }),
            (error: unknown) => fail(error, `${name}: `),
          )
        }
      } catch (error) {
        fail(error)
      }
    }),
  )
  return { stopped, failures }
}

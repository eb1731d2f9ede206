// What runs at all providers, with its state and what it has cost so far.
import { competitionKey, parsePodName } from './pod-name.ts'
import type { PodCost, PodProvider, PodState, PodView } from './pod-provider.ts'
import type { PodOwner } from './pods.ts'

export interface ListedPod {
  readonly provider: string
  readonly name: string
  /** Whether it belongs to the competition; `round` is known of those only. */
  readonly ours: boolean
  readonly round?: number
  readonly state: PodState
  readonly detail?: string
  readonly createdAt?: Date
  readonly cost?: PodCost
}

export interface ListedPods {
  readonly pods: readonly ListedPod[]
  readonly failures: readonly string[]
}

/**
 * In the order of the providers, oldest first. One that does not answer hides nothing of the others, and a pod that is not
 * told about is shown as it was listed.
 */
export async function listPods(
  providers: readonly PodProvider[],
  owner: PodOwner,
  signal: AbortSignal,
): Promise<ListedPods> {
  const key = competitionKey(owner.competition)
  const failures: string[] = []
  const lists = await Promise.all(
    providers.map(async (provider) => {
      try {
        const views = new Map((await provider.list(signal)).map((view) => [view.name, view]))
        const pods = await Promise.all(
          [...views.values()].map(async (listed) => {
            try {
              return await describe(provider, listed.name, key, signal)
            } catch (error) {
              if (signal.aborted) throw error
              failures.push(`${listed.name}: ${(error as Error).message}`)
              return described(provider, listed, undefined, key)
            }
          }),
        )
        return pods.filter((pod) => pod !== undefined).sort((a, b) => timeOf(a) - timeOf(b))
      } catch (error) {
        if (signal.aborted) throw error
        failures.push((error as Error).message)
        return []
      }
    }),
  )
  return { pods: lists.flat(), failures }
}

const timeOf = ({ createdAt }: ListedPod) => createdAt?.getTime() ?? 0

async function describe(
  provider: PodProvider,
  name: string,
  key: string,
  signal: AbortSignal,
): Promise<ListedPod | undefined> {
  const [view, cost] = await Promise.all([provider.find(name, signal), provider.cost(name, signal)])
  // It ended in the meantime.
  return view && described(provider, view, cost, key)
}

function described(provider: PodProvider, view: PodView, cost: PodCost | undefined, key: string): ListedPod {
  const { name } = view
  const parts = parsePodName(name)
  const ours = parts?.competition === key
  const createdAt = view.createdAt ?? parts?.at
  return {
    ...{ provider: provider.id, name, ours, state: view.state },
    ...(ours && { round: parts.round }),
    ...(view.detail && { detail: view.detail }),
    ...(createdAt && { createdAt }),
    ...(cost && { cost }),
  }
}

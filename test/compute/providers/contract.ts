import { expect, it } from 'vitest'
import type { PodProvider, PodRequest, PodView } from '../../../src/compute/pod-provider.ts'
import { isError } from '../../../src/errors.ts'
import type { Pauses } from '../../support/gpu-clouds/pauses.ts'

/** One provider with its world, freshly made. */
export interface World extends AsyncDisposable {
  readonly provider: PodProvider
  readonly clock: Pauses
  /** The provider fails at everything, until further notice. */
  break(): Promise<void> | void
  /** What no message may hold. */
  readonly secrets: readonly string[]
  /** Whether an amount of money is known. */
  readonly priced: boolean
  readonly logs: RegExp
}

const never = new AbortController().signal
let count = 0
export const requestOf = (image: string): PodRequest => ({
  name: `miner-07-5fhnew46xg-0-0123abcd-aaaaabbbb1c-mabcdef${++count % 10}`,
  image,
  labels: { competition: 'mesh', round: '7', run: 'aaaaabbbb1c' },
  port: 10_006,
  lifetimeMs: 3_600_000,
  env: { MODE: 'audit' },
})

/** Looks at it until it is as it should be. */
export async function until(
  { provider, clock }: Pick<World, 'provider' | 'clock'>,
  name: string,
  is: (view: PodView | undefined) => boolean,
): Promise<PodView | undefined> {
  for (let looks = 0; looks < 200; looks++) {
    const view = await provider.find(name, never)
    if (is(view)) return view
    await clock.sleep(10_000, never)
  }
  throw new Error(`it never became as it should: ${JSON.stringify(await provider.find(name, never))}`)
}

const answers = (view: PodView | undefined) => view?.state === 'running' && view.url !== undefined

/** What every provider does, whatever is behind it. */
export function providerContract(open: () => Promise<World>): void {
  it('ends what it does not even list yet', async () => {
    await using world = await open()
    const { provider, clock } = world
    const { name } = await provider.deploy(requestOf('honest'), never)
    await provider.stop(name, never)
    await clock.sleep(600_000, never)
    expect(await provider.find(name, never)).toBeUndefined()
  })

  it('runs an image until it is stopped', async () => {
    await using world = await open()
    const { provider, clock } = world
    const request = requestOf('honest')
    expect(await provider.find(request.name, never)).toBeUndefined()
    expect(await provider.deploy(request, never)).toEqual({ name: request.name })
    const view = await until(world, request.name, answers)
    const health = async () => (await fetch(`${view?.url}/health`, { headers: { ...view?.headers } })).status
    while ((await health()) !== 200) await clock.sleep(10_000, never)
    expect((await provider.list(never)).map(({ name }) => name)).toEqual([request.name])

    clock.advance(1_800_000)
    const cost = await provider.cost(request.name, never)
    expect(cost?.seconds).toBeGreaterThanOrEqual(0)
    expect(cost?.amount).toEqual(world.priced ? expect.any(Number) : undefined)
    expect(await provider.logs(request.name, never)).toMatch(world.logs)

    await provider.stop(request.name, never)
    expect(await until(world, request.name, (found) => found === undefined)).toBeUndefined()
    expect(await provider.list(never)).toEqual([])
    expect(await provider.cost(request.name, never)).toBeUndefined()
    await provider.stop(request.name, never)
  })

  it('stops nothing but what it is told to', async () => {
    await using world = await open()
    const { provider } = world
    const [one, other] = [requestOf('honest'), requestOf('honest')]
    await provider.deploy(one, never)
    await provider.deploy(other, never)
    await until(world, one.name, answers)
    await until(world, other.name, answers)
    await provider.stop(one.name, never)
    expect((await provider.list(never)).map(({ name }) => name)).toEqual([other.name])
  })

  it('says that it is unavailable, without secrets and at no length', async () => {
    await using world = await open()
    const { provider } = world
    const { name } = requestOf('honest')
    await world.break()
    const calls = [
      provider.deploy(requestOf('honest'), never),
      provider.find(name, never),
      provider.list(never),
      provider.stop(name, never),
    ]
    for (const result of await Promise.allSettled(calls)) {
      expect(result.status).toBe('rejected')
      const { reason } = result as PromiseRejectedResult
      expect(isError(reason, 'unavailable') && reason.retryable).toBe(true)
      expect(reason.message.length).toBeLessThan(450)
      const told = JSON.stringify([reason.message, reason.where, reason.hint, String(reason.cause)])
      for (const secret of world.secrets) expect(told).not.toContain(secret)
    }
  })

  it('stops asking when it is told to', async () => {
    await using world = await open()
    const { provider } = world
    const stop = new AbortController()
    stop.abort()
    const calls = [provider.find('x', stop.signal), provider.list(stop.signal), provider.stop('x', stop.signal)]
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'aborted' })
  })
}

/** Where miners’ images run: every provider that is named knows us, and says what runs there. Nothing is ever deployed. */
import { parsePodName } from '../../compute/pod-name.ts'
import { type Check, ok, skipped, warn } from '../check.ts'
import type { Setup } from '../setup.ts'

/** More than a competition ever has at once; somebody forgot them. */
const MANY = 50

const podsCheckOf = (name: string, title: string): Check<Setup> => ({
  id: `pods-${name}`,
  title,
  async run(setup, signal) {
    if (!setup.providerNames().includes(name)) return skipped('not among the providers')
    const pods = (await setup.provider(name).list(signal)).filter(({ state }) => state !== 'ended')
    const ours = pods.filter((pod) => parsePodName(pod.name) !== undefined).length
    const told = `it knows us; ${pods.length} pods on the account, ${ours} of Roundkeeper’s`
    if (ours < MANY) return ok(told)
    return warn(told, 'See `roundkeeper pods list --all`, and stop what was forgotten: `roundkeeper pods reap`.')
  },
})

export const podsChecks: readonly Check<Setup>[] = [
  podsCheckOf('targon', 'Pods on Targon'),
  podsCheckOf('verda', 'Pods on Verda'),
  podsCheckOf('runpod', 'Pods on RunPod'),
  podsCheckOf('container', 'Pods in a container engine'),
]

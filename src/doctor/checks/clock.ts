/** The clock of this machine, beside those of the hosts that it works with. */
import { type Check, type Finding, fail, ok, skipped, together, warn } from '../check.ts'
import type { Setup } from '../setup.ts'
import { askWeb, originOf } from '../web.ts'

const WARN_MS = 30_000
const FAIL_MS = 5 * 60_000
/** Hosts say whole seconds. */
const PRECISION_MS = 1000
const ADVICE = 'Set the clock of this machine, and keep it right by NTP (`timedatectl set-ntp true`).'

export const clockCheck: Check<Setup> = {
  id: 'clock',
  title: 'Clock',
  async run(setup, signal) {
    const { place, store } = setup
    const api = place.kind === 'github' ? place.github?.apiUrl : place.gitUrl
    const urls = [api, store.endpoint].filter((url) => url !== undefined)
    const asked = await Promise.all([...urls.map((url) => byHost(setup, url, signal)), byChain(setup)])
    const found = asked.filter((each) => each !== undefined)
    return found.length === 0 ? skipped('there is nobody to compare it with') : together(found)
  },
}

/** The `Date` of an answer, whatever the answer is (RFC 9110, 6.6.1). */
async function byHost({ clock }: Setup, url: string, signal: AbortSignal): Promise<Finding | undefined> {
  const before = clock.now().getTime()
  const answer = await askWeb(url, { method: 'HEAD', signal, hint: '' }).catch(() => undefined)
  const after = clock.now().getTime()
  const said = Date.parse(answer?.headers.get('date') ?? '')
  if (Number.isNaN(said)) return undefined
  const [early, late] = [before - said - PRECISION_MS, said - after]
  return skewFinding(Math.max(0, early, late), late > early, originOf(url))
}

/** A block is never of the future; how old the newest one may be, nobody knows. */
async function byChain({ chain, clock }: Setup): Promise<Finding | undefined> {
  if (chain.kind === 'clock') return undefined
  const head = await chain
    .open('best')
    .then((bittensor) => bittensor.head())
    .catch(() => undefined)
  const aheadMs = head === undefined ? 0 : head.time.getTime() - clock.now().getTime()
  return aheadMs > WARN_MS ? skewFinding(aheadMs, true, 'the chain') : undefined
}

/** @param isSlow whether ours is behind */
export function skewFinding(skewMs: number, isSlow: boolean, than: string): Finding {
  if (skewMs <= WARN_MS) return ok(`as ${than} has it`)
  const told = `${Math.round(skewMs / 1000)} s ${isSlow ? 'behind' : 'ahead of'} ${than}`
  return skewMs > FAIL_MS ? fail(told, ADVICE) : warn(told, ADVICE)
}

/** The chain answers, is the one that is meant, and comes on as it should. */
import { blockPace } from '../../miner/chain-time.ts'
import { blockSeconds } from '../../rules/schedule.ts'
import { files } from '../../state/index.ts'
import { type Check, type Finding, fail, ok, together, warn } from '../check.ts'
import type { Setup } from '../setup.ts'

/** Final blocks are two or three behind the best one. */
const MAX_LAG_BLOCKS = 20
const OLD_MS = 5 * 60_000
const STUCK_MS = 30 * 60_000
const MAX_PACE_RATIO = 1.25

export const chainCheck: Check<Setup> = {
  id: 'chain',
  title: 'Chain',
  async run(setup) {
    const { chain, clock } = setup
    if (chain.kind === 'clock') {
      const head = await (await chain.open()).head()
      return ok(`a clock chain of this machine, at block ${head.number}`)
    }
    const [final, best] = await Promise.all([chain.open('finalized'), chain.open('best')])
    const [head, newest] = await Promise.all([final.head(), best.head()])
    const paceMs = await blockPace(final, head)
    return together([
      ok(`${chain.network}, genesis ${final.genesisHash.slice(0, 10)}…, final block ${head.number}`),
      ...lagFindings(newest.number - head.number, clock.now().getTime() - newest.time.getTime()),
      ...(await paceFindings(setup, paceMs / 1000)),
    ])
  },
}

/** @param ageMs of the best block */
export function lagFindings(lagBlocks: number, ageMs: number): Finding[] {
  const other = 'Name another node in `chain.endpoint`: this one, or its chain, does not keep up.'
  return [
    lagBlocks > MAX_LAG_BLOCKS
      ? warn(`what is final is ${lagBlocks} blocks behind`, other)
      : ok(`what is final is ${lagBlocks} behind`),
    ...(ageMs > STUCK_MS
      ? [fail(`its newest block is ${Math.round(ageMs / 60_000)} minutes old`, other)]
      : ageMs > OLD_MS
        ? [warn(`its newest block is ${Math.round(ageMs / 60_000)} minutes old`, other)]
        : []),
  ]
}

/** Where the configuration can be read; that it can is another check's business. */
async function paceFindings(setup: Setup, seen: number): Promise<Finding[]> {
  const config = await setup
    .snapshot()
    .then((snapshot) => snapshot.read(files.config))
    .catch(() => undefined)
  if (config === undefined) return []
  const said = blockSeconds(config)
  if (Math.max(seen / said, said / seen) <= MAX_PACE_RATIO) return []
  const detail = `blocks come every ${Number(seen.toPrecision(2))} s, and block_seconds in config.json is ${said}`
  return [warn(detail, 'Correct block_seconds before the next round: announced dates do not hold.')]
}

// Who takes part in the demo, and how each behaves in each of its three rounds. What happens then is not arranged: the
// better models win, the cheat is found out, and so on.

import type { Keypair } from '../wallet/keypair.ts'
import { Dice } from './dice.ts'
import { DemoKeypair } from './hotkey.ts'
import { FAIR, FINE, GOOD, HOPELESS, POOR, type Quality } from './quality.ts'

export const DEMO_ROUNDS = 3

/** A commit of a miner's code, and how good its image is; null when there is nothing to build. */
export interface Version {
  readonly repo: string
  readonly commit: string
  readonly image: Quality | null
}

/** One miner in one round. */
export interface Turn {
  readonly version: Version
  /** What it serves: models of a quality, its own image's or better; or files that are no models. */
  readonly serves: Quality | 'broken'
  /** When it enters: blocks after the last call, or after the last block of the window. */
  readonly reveals?: { readonly after: 'last call' | 'closing'; readonly blocks: number }
}

export interface Miner {
  readonly name: string
  /** One sentence for people. */
  readonly about: string
  readonly hotkey: string
  readonly keypair: Keypair
  readonly cdnHost: string
  readonly cdnUrl: string
  /** Round 0, 1, 2. */
  readonly turns: readonly Turn[]
}

export interface Cast {
  /** The leader of the very first round, who does not enter again. */
  readonly leader: Miner
  readonly miners: readonly Miner[]
}

const HEX = '0123456789abcdef'

export function castOf(seed: string): Cast {
  const version = (name: string, number: number, image: Quality | null): Version => ({
    repo: `${name}/image-to-3d`,
    commit: new Dice(seed, `commit ${number} of ${name}`).text(40, HEX),
    image,
  })
  const miner = (name: string, about: string, turns: readonly Turn[]): Miner => {
    const cdnHost = `${name}.miners.demo.test`
    const keypair = new DemoKeypair(seed, name)
    return { name, about, hotkey: keypair.address, keypair, cdnHost, cdnUrl: `http://${cdnHost}`, turns }
  }
  const inTime = (blocks: number) => ({ reveals: { after: 'last call', blocks } }) as const
  const tooLate = (blocks: number) => ({ reveals: { after: 'closing', blocks } }) as const

  const flint = { version: version('flint', 1, POOR), serves: POOR }
  const granite = { version: version('granite', 1, GOOD), serves: GOOD }
  const willow = { version: version('willow', 1, FAIR), serves: FAIR }
  const betterWillow = { version: version('willow', 2, FINE), serves: FINE }
  const mirage = { version: version('mirage', 1, HOPELESS), serves: FINE }
  const tardy = { version: version('tardy', 1, FAIR), serves: FAIR }
  const rubble = { version: version('rubble', 1, null), serves: 'broken' } as const

  return {
    leader: miner('flint', 'led before anybody else came, with a crude generator', [flint, flint, flint]),
    miners: [
      miner('mirage', 'serves models far better than its image can make', [
        { ...mirage, ...inTime(2) },
        { ...mirage, ...inTime(9) },
        mirage,
      ]),
      miner('granite', 'solid from its first round on', [{ ...granite, ...inTime(5) }, granite, granite]),
      miner('willow', 'joins with a fair generator and comes back with a much better one', [
        willow,
        { ...willow, ...inTime(3) },
        { ...betterWillow, ...inTime(4) },
      ]),
      miner('rubble', 'serves broken files', [{ ...rubble, ...inTime(8) }, rubble, { ...rubble, ...inTime(7) }]),
      miner('echo', 'enters the code of others as its own', [
        { ...granite, ...inTime(11) },
        { ...granite, ...inTime(6) },
        { ...betterWillow, ...inTime(10) },
      ]),
      miner('tardy', 'reveals after the window has closed, which counts for the next round', [
        { ...tardy, ...tooLate(2) },
        tardy,
        { ...tardy, ...tooLate(3) },
      ]),
    ],
  }
}

/** Every commit that somebody names, once. */
export function versionsOf({ leader, miners }: Cast): Version[] {
  const versions = [leader, ...miners].flatMap(({ turns }) => turns.map(({ version }) => version))
  return [...new Map(versions.map((version) => [`${version.repo}@${version.commit}`, version])).values()]
}

// The pool of things to be modelled: as many as wanted, family by family, all from one seed.
import { Dice } from './dice.ts'
import { FAMILIES } from './families.ts'
import type { Part } from './lathe.ts'
import { PALETTES } from './palette.ts'

export interface DemoObject {
  /** A readable name of its own, e.g. `vase-3f9a2c`. */
  readonly stem: string
  /** The profile that it is turned from; see latheOf. */
  readonly parts: readonly Part[]
}

export const POOL_SIZE = 60
const HEX = '0123456789abcdef'

export function drawObjects(seed: string, count = POOL_SIZE): DemoObject[] {
  const families = Object.entries(FAMILIES)
  const stems = new Set<string>()
  return Array.from({ length: count }, (_, i) => {
    const [name, family] = families[i % families.length]!
    const dice = new Dice(seed, `object ${i}`)
    let stem: string
    do stem = `${name}-${dice.text(6, HEX)}`
    while (stems.has(stem))
    stems.add(stem)
    const palette = { ...dice.pick(PALETTES), accent: dice.pick(PALETTES).accent }
    return { stem, parts: family(dice, palette) }
  })
}

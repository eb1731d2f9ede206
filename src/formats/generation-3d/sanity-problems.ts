import { DEFAULT_BOUNDS } from '../../rules/judge-card.ts'
import type { Config } from '../../state/config.ts'
import type { SettingProblem } from './settings.ts'

/** What no judge can be held to. */
export function sanityProblems({ judging = {} }: Pick<Config, 'judging'>): SettingProblem[] {
  const { canaries = 0, retests = 0, bounds = {}, price_input: read = 0, price_output: written = 0 } = judging
  const fromZero = { canaries, retests, price_input: read, price_output: written }
  const least = Object.entries(fromZero).flatMap(([name, found]) =>
    found >= 0 ? [] : [{ name, found, expected: 'a number from 0 on' }],
  )
  const shares = Object.entries(bounds).flatMap(([name, found]) => {
    const expected = `one of ${Object.keys(DEFAULT_BOUNDS).join(', ')}, each a share from 0 to 1`
    const isKnown = Object.hasOwn(DEFAULT_BOUNDS, name) && typeof found === 'number' && found >= 0 && found <= 1
    return isKnown ? [] : [{ name: `bounds.${name}`, found, expected }]
  })
  return [...least, ...shares]
}

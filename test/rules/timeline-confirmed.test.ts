import { describe, expect, it } from 'vitest'
import { timeline } from '../../src/rules/timeline.ts'
import fc from '../support/properties.ts'

const WIN = 5

/** How every match would end, in hundredths, what each hotkey's audit would take back, and who would fail it. */
interface World {
  readonly order: readonly string[]
  readonly scores: readonly number[]
  /** Wins of the hotkey, as challenger and as defender, that its image does not reproduce. */
  readonly unearned: readonly { readonly right: number; readonly left: number }[]
  readonly bad: ReadonlySet<string>
}

const worlds: fc.Arbitrary<World> = fc.integer({ min: 0, max: 7 }).chain((n) => {
  const order = Array.from({ length: n }, (_, i) => `k${i}`)
  const cells = (n + 1) * (n + 1)
  return fc.record({
    order: fc.constant(order),
    scores: fc.array(fc.integer({ min: -2, max: 14 }), { minLength: cells, maxLength: cells }),
    unearned: fc.array(fc.record({ right: fc.nat(6), left: fc.nat(6) }), { minLength: n, maxLength: n }),
    bad: fc.subarray(order).map((hotkeys) => new Set(hotkeys)),
  })
})

/** The margin of a match when exactly these hotkeys have been audited. */
function marginOf(
  { order, scores, unearned }: World,
  left: string,
  right: string,
  audited: ReadonlySet<string>,
): number {
  const [l, r] = [order.indexOf(left), order.indexOf(right)]
  const raw = scores[(l + 1) * (order.length + 1) + r + 1] as number
  return raw - (audited.has(right) ? (unearned[r]?.right ?? 0) : 0) + (audited.has(left) ? (unearned[l]?.left ?? 0) : 0)
}

/** Winner stays in among the honest, as if everybody had been audited. */
function trueWinner(world: World): string {
  const everybody = new Set(world.order)
  const beats = (left: string, right: string) => marginOf(world, left, right, everybody) >= WIN
  let reigning = 'leader'
  for (const hotkey of world.order) {
    if (!world.bad.has(hotkey) && beats('leader', hotkey) && beats(reigning, hotkey)) reigning = hotkey
  }
  return reigning
}

/** Matches are judged when they are asked for; audits come in whenever chance has it, and change margins. */
function play(world: World, dice: readonly number[], sparing: boolean): string {
  const judged = new Set<string>()
  const approved = new Set<string>()
  const rejected = new Set<string>()
  const audited = new Set<string>()
  const asked = new Set<string>()
  for (let step = 0; step < 500; step++) {
    const line = timeline({
      order: world.order,
      winMargin: WIN,
      margin: (left, right) => (judged.has(`${left} ${right}`) ? marginOf(world, left, right, audited) : undefined),
      approved,
      rejected,
      provisional: new Set(world.order.filter((hotkey) => !audited.has(hotkey))),
      sparing,
    })
    if (line.winner !== undefined) return line.winner
    for (const hotkey of line.requests) asked.add(hotkey)
    const open = [...asked].filter((hotkey) => !audited.has(hotkey))
    const die = dice[step % dice.length] ?? 0
    if (line.next !== undefined && (open.length === 0 || die % 2 === 0))
      judged.add(`${line.next.left} ${line.next.right}`)
    else {
      const hotkey = open[die % open.length] as string
      audited.add(hotkey)
      ;(world.bad.has(hotkey) ? rejected : approved).add(hotkey)
    }
  }
  throw new Error('the round hangs')
}

describe('a round whose audits take wins away', () => {
  it('ends with the winner that it would have if everybody had been audited first, whatever the order', () => {
    const chance = fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(worlds, chance, fc.boolean(), (world, dice, sparing) => {
        expect(play(world, dice, sparing)).toBe(trueWinner(world))
      }),
      { numRuns: 1000 },
    )
  })
})

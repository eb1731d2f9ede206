import { beforeAll, describe, expect, it } from 'vitest'
import { files } from '../../../src/state/index.ts'
import { decisions } from '../../../src/verify/decisions/index.ts'
import { look, type Planned } from '../../support/memory-history.ts'
import { altered, forged, positionOf } from '../../support/rewrite.ts'
import { honestPlans } from '../checks/tampering.ts'

const DOWNLOADING = 'miner_generation → downloading'
let honest: Planned[]
beforeAll(async () => {
  honest = await honestPlans()
})

/** What is said of the changes of stage in round 1 when the commit that ends one names another block. */
async function movesAt(title: string, block: (number: number) => number | undefined) {
  const position = positionOf(honest, title)
  const message = (honest[position]?.message ?? '').replace(/^Block: (\d+)\nBlock-Time: .*\n/m, (all, number) => {
    const other = block(Number(number))
    return other === undefined ? '' : all.replace(number, String(other))
  })
  const { decisions: all, findings } = await look(altered(honest, position, {}, { message }), { checks: decisions() })
  return {
    moves: all.filter(({ kind, round }) => kind === 'transition' && round === 1),
    told: findings.filter(({ code }) => code === 'decision/transition').map((finding) => finding.message),
  }
}

describe('a stage that ends', () => {
  it('before its deadline ends too early', async () => {
    const { moves, told } = await movesAt('Round 1: downloading', (number) => number - 1)
    expect(moves).toContainEqual(expect.objectContaining({ subject: DOWNLOADING, level: 'broken' }))
    expect(told).toEqual([
      expect.stringMatching(
        /Round 1, transition miner_generation → downloading: .* but the deadline is at block \d+\.$/,
      ),
    ])
  })

  it('before the window closes, or before its randomness is made, ends too early', async () => {
    const title = 'Seed, prompts and submissions for round 1'
    const early = await movesAt(title, (number) => number - 10)
    expect(early.told[0]).toMatch(
      /but the window closes at block \d+; .* but the randomness of the seed is made at block/,
    )
    const soon = await movesAt(title, (number) => number - 1)
    expect(soon.told).toEqual([
      expect.stringMatching(/record: the chain stood .*, but the randomness of the seed is made/),
    ])
  })

  it('as the last one ends too early when another round could start', async () => {
    const longer = forged(files.config, [], (config) => ({ ...config, last_competition_date: '2026-03-20' }))
    const position = positionOf(honest, 'Round 1: downloading')
    const { findings } = await look(altered(honest, position, longer), { checks: decisions() })
    expect(findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/finalizing → finished: .* another round could start on 2026-03-03T08:00:00/),
    )
  })

  it('at a block that nobody names is believed to have ended when it could', async () => {
    const { moves, told } = await movesAt('Round 1: downloading', () => undefined)
    expect(told).toEqual([])
    const note = 'when it happened: the commit names no block'
    expect(moves).toContainEqual(expect.objectContaining({ subject: DOWNLOADING, level: 'consistent', note }))
  })
})

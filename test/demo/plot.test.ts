// Who wins the demo: the cast's models judged by the offline judge, under the rules of the competition.
import { beforeAll, describe, expect, test } from 'vitest'
import { entryOf } from '../../src/demo/entries.ts'
import { generate } from '../../src/demo/generate.ts'
import { castOf, type Miner } from '../../src/demo/miners.ts'
import type { DemoPrompt } from '../../src/demo/prompt-images.ts'
import type { Quality } from '../../src/demo/quality.ts'
import { revealSchema } from '../../src/formats/generation-3d/reveal.ts'
import { closerSide } from '../../src/judge/similarity.ts'
import { promptDistance } from '../../src/media/classical-distance.ts'
import { scoreOf } from '../../src/rules/match.ts'
import { selectSubmissions } from '../../src/rules/reveals.ts'
import { timeline } from '../../src/rules/timeline.ts'
import { configSchema } from '../../src/state/config.ts'
import { never, promptsOf, renderer } from './support.ts'

const PROMPTS = 12
const WINDOWS = [
  { earliest: 100, latest: 140 },
  { earliest: 141, latest: 180 },
  { earliest: 181, latest: 220 },
]

describe.each(['glb', 'ply'] as const)('%s', (kind) => {
  const cast = castOf('plot')
  const nameOf = new Map([cast.leader, ...cast.miners].map(({ hotkey, name }) => [hotkey, name]))
  const distances = new Map<string, number[]>()
  let prompts: DemoPrompt[]

  const measure = async (serves: Quality | 'broken') => {
    const key = JSON.stringify(serves)
    if (serves === 'broken' || distances.has(key)) return
    const measured: number[] = []
    for (const { image } of prompts) {
      const rendering = await renderer.render(kind, await generate(image, 5, serves, kind), 96, never)
      if (!rendering.ok) throw new Error(rendering.detail)
      measured.push(await promptDistance(rendering.png, image))
    }
    distances.set(key, measured)
  }

  beforeAll(async () => {
    prompts = await promptsOf('plot', PROMPTS)
    for (const { turns } of [cast.leader, ...cast.miners]) for (const { serves } of turns) await measure(serves)
  })

  const marginOf = (left: Miner, right: Miner, round: number) => {
    const [l, r] = [left, right].map(({ turns }) => distances.get(JSON.stringify(turns[round]!.serves)))
    return scoreOf(
      prompts.map((_, i) => {
        if (l === undefined || r === undefined) return { winner: l === r ? 'draw' : l === undefined ? 'right' : 'left' }
        return { winner: closerSide({ left: l[i]!, right: r[i]! }, 0.01) }
      }),
    ).margin
  }

  test('granite takes over, defends, and yields to willow', () => {
    const schema = revealSchema(configSchema.parse({ ...config, rules: 'v1' }))
    const entries = [0, 1, 2].flatMap((n) => cast.miners.flatMap((miner) => entryOf(miner, n, WINDOWS[n]!) ?? []))
    const all = entries.flatMap(({ hotkey, block, texts }) =>
      texts.map((text, i) => ({ hotkey: hotkey.address, block: block + i, text })),
    )
    let leader = cast.leader
    const story = WINDOWS.map((window, n) => {
      const reveals = all.filter(({ block }) => block >= window.earliest && block <= window.latest)
      const { submissions, records } = selectSubmissions({ reveals, window, schema, round: `r${n}`, rules: 'v1' })
      const order = Object.keys(submissions)
      const byHotkey = (hotkey: string) => cast.miners.find((miner) => miner.hotkey === hotkey)!
      const cheats = new Set(order.filter((hotkey) => nameOf.get(hotkey) === 'mirage'))
      const line = timeline({
        order,
        winMargin: 0.05,
        margin: (left, right) => marginOf(left === 'leader' ? leader : byHotkey(left), byHotkey(right), n),
        approved: new Set(order.filter((hotkey) => !cheats.has(hotkey))),
        rejected: cheats,
      })
      const honestly = timeline({
        order,
        winMargin: 0.05,
        margin: (left, right) => marginOf(left === 'leader' ? leader : byHotkey(left), byHotkey(right), n),
        approved: new Set(order),
        rejected: new Set(),
      })
      if (line.winner !== 'leader') leader = byHotkey(line.winner!)
      const named = (hotkey = '') => nameOf.get(hotkey) ?? hotkey
      return {
        order: order.map(named),
        duplicates: records.filter(({ outcome }) => outcome === 'duplicate').map(({ hotkey }) => named(hotkey)),
        winner: named(line.winner),
        withoutAudits: named(honestly.winner),
      }
    })
    expect(story).toEqual([
      { order: ['mirage', 'granite', 'rubble'], duplicates: ['echo'], winner: 'granite', withoutAudits: 'mirage' },
      {
        order: ['tardy', 'willow', 'echo', 'mirage'],
        duplicates: [],
        winner: 'leader',
        withoutAudits: 'mirage',
      },
      { order: ['willow', 'rubble'], duplicates: ['echo'], winner: 'willow', withoutAudits: 'willow' },
    ])
  })
})

const config = {
  name: 'plot',
  description: '',
  first_evaluation_date: '2026-03-01',
  last_competition_date: '2026-03-03',
  round_start_time: '08:00:00',
  generation_stage_minutes: 60,
  finalization_buffer_hours: 0.5,
  win_margin: 0.05,
  weight_decay: 0.2,
  weight_floor: 0.2,
  prompts_per_round: PROMPTS,
  carryover_prompts: 1,
  round_duration_days: 1,
}

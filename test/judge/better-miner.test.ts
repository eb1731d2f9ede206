import { describe, expect, it } from 'vitest'
import { penaltyDuel, penaltyIdentity } from '../../src/judge/vlm/penalty.ts'
import { requestDigest, type VlmRequest } from '../../src/judge/vlm/request.ts'
import { VlmJudge } from '../../src/judge/vlm/vlm-judge.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
import { isUndecided, scoreOf, takesOver } from '../../src/rules/match.ts'
import { timeline } from '../../src/rules/timeline.ts'
import { CALM, chance, moodOf, penaltiesOf } from '../support/vlm/temper.ts'

const signal = new AbortController().signal
const PROMPTS = 32
const WIN_MARGIN = 0.05
/** A fifth of the answers go to whoever is shown first, a tenth of them are none. */
const TEMPER = { ...CALM, noise: 1, firstBias: 0.2, refuses: 0.05, truncates: 0.05 }

/** How far each one's models are from the prompt image, on average. */
const QUALITY = { leader: 0.2, equal: 0.2, better: 0.13 } as const
type Who = keyof typeof QUALITY

const picture = (who: Who, prompt: number) => Buffer.from(`${who} ${prompt}`)
const distance = (round: string, who: Who, prompt: number) =>
  Math.max(0, QUALITY[who] + 0.1 * (chance(round, who, String(prompt)) - 0.5))

/** One round in memory: the judge of the product, and the made-up model of the test server behind it. */
function judgeOf(round: string): VlmJudge {
  const looks = new Map<string, number>()
  for (const who of Object.keys(QUALITY) as Who[])
    for (let prompt = 0; prompt < PROMPTS; prompt++)
      looks.set(sha256Hex(picture(who, prompt)), distance(round, who, prompt))
  const temper = { ...TEMPER, seed: round }
  return new VlmJudge({
    identity: penaltyIdentity({ model: 'm', revision: null, maxTokens: 100, images: 'bytes' }),
    method: penaltyDuel,
    call: async (request) => {
      const digest = requestDigest(request)
      const [first, second] = sidesOf(request).map((sha256) => looks.get(sha256) ?? Number.NaN) as [number, number]
      const mood = moodOf(temper, digest)
      const seen = { first, second, firstBegs: false, secondBegs: false }
      const [penalty_1, penalty_2] = penaltiesOf(temper, digest, seen)
      const content = JSON.stringify({ penalty_1, penalty_2, issues: '' })
      return {
        request: digest,
        answer: {
          content: mood === 'answer' ? content : content.slice(1),
          refusal: mood === 'refuse' ? 'no' : null,
          finish_reason: mood === 'truncate' ? 'length' : 'stop',
        },
        ...{ endpoint: 'memory', model: null, fingerprint: null, tokens: { prompt: null, completion: null } },
        ...{ latency_ms: 0, schema: true },
      }
    },
  })
}

const sidesOf = ({ messages }: VlmRequest) =>
  messages[1].content.flatMap((part) => (part.type === 'image' ? [part.sha256] : [])).slice(1)

async function match(judge: VlmJudge, seed: number, left: Who, right: Who) {
  const side = (who: Who, prompt: number) => ({ modelSha256: '', modelUrl: '', png: picture(who, prompt) })
  const duels = await Promise.all(
    Array.from({ length: PROMPTS }, async (_, prompt) => {
      const about = { name: String(prompt), url: '', image: Buffer.from(`prompt ${prompt}`) }
      const question = { seed, prompt: about, left: side(left, prompt), right: side(right, prompt) }
      const verdict = await judge.judge(question, signal)
      return verdict.kind === 'void' ? { winner: 'skipped' as const, void: verdict.cause } : { winner: verdict.winner }
    }),
  )
  return { duels, ...scoreOf(duels) }
}

describe('with a fifth of position bias and a tenth of voids', () => {
  it('the better miner wins in at least 99 of 100 rounds', async () => {
    const order = ['equal', 'better'] as const
    let [won, voids, draws] = [0, 0, 0]
    for (let seed = 0; seed < 100; seed++) {
      const judge = judgeOf(`round ${seed}`)
      const margins = new Map<string, number>()
      for (const [left, right] of [
        ['leader', 'equal'],
        ['leader', 'better'],
        ['equal', 'better'],
      ] as const) {
        if (left === 'equal' && !takesOver(margins.get('leader equal') ?? 0, WIN_MARGIN)) continue
        const { margin, duels } = await match(judge, seed, left, right)
        expect(isUndecided(duels)).toBe(false)
        voids += duels.filter((duel) => 'void' in duel).length
        draws += duels.filter(({ winner }) => winner === 'draw').length
        margins.set(`${left} ${right}`, margin)
      }
      const { winner } = timeline({
        order,
        winMargin: WIN_MARGIN,
        margin: (left, right) => margins.get(`${left} ${right}`),
        approved: new Set(order),
        rejected: new Set(),
      })
      if (winner === 'better') won += 1
    }
    expect(won).toBeGreaterThanOrEqual(99)
    // The bias shows as draws, the voids are mended by asking again, and some are left.
    expect(voids).toBeGreaterThan(0)
    expect(draws).toBeGreaterThan(0)
  })
})

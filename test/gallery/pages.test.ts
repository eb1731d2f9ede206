import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { crownChart } from '../../src/gallery/crown-chart.ts'
import { renderIndex } from '../../src/gallery/index-page.ts'
import { renderMatchPage, renderRound } from '../../src/gallery/round-page.ts'
import fc from '../support/properties.ts'
import { sampleCompetition, sampleRound } from './sample.ts'

/** Every page, with `text` wherever something comes from outside. */
function pagesWith(text: string): string[] {
  const round = sampleRound(text)
  const beside = { competition: text, previous: 6, next: 8 }
  const [match] = round.matches
  return [
    renderIndex(sampleCompetition(text), [{ ...round, entries: 6, matches: 3 }]),
    renderRound(round, beside),
    renderIndex(sampleCompetition(text), [{ ...round, voided: text, entries: 6, matches: 3 }]),
    renderRound({ ...round, voided: text }, beside),
    renderMatchPage(round, match!, beside),
  ]
}

/** What a parser would see as markup. */
const skeleton = (page: string) => page.replace(/[^<>"']+/g, '')

describe('pages', () => {
  it('have the same markup whatever strangers write', () => {
    const expected = pagesWith('x').map(skeleton)
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onload='x",
        '</style><b>',
        '{{',
      ),
    )
    fc.assert(
      fc.property(hostile, (text) => {
        expect(pagesWith(`x${text}`).map(skeleton)).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })

  it.each(pagesWith('x').map((page, i) => [i, page] as const))(
    '%i: allow no script and nothing from elsewhere',
    (_i, page) => {
      const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#39;', "'")
      const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? ''
      const hash = createHash('sha256').update(style).digest('base64')
      expect(policy).toBe(
        `default-src 'none'; img-src 'self'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
      )
      expect(page).not.toMatch(/<script|<link|<iframe|\son\w+="|\sstyle="/i)
      expect(style).not.toMatch(/url\(|@import/)
      expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'))
    },
  )

  it('say that a round is void, and why', () => {
    const [index, page] = pagesWith('x<').slice(2, 4)
    expect(index).toContain('<span class="tag bad">void</span> x&lt;')
    expect(index).not.toContain('>won<')
    expect(page).toContain('The round came to nothing, and the crown stays as it was: x&lt;')
  })

  it('mark the winner of a duel', () => {
    const [, round] = pagesWith('x')
    expect(round?.match(/<figure class="won">/g)).toHaveLength(2)
    expect(round).toMatch(/defender <b>wins/)
    expect(round).toMatch(/challenger <b>wins/)
  })

  it('say once what all addresses of a side have in common', () => {
    const round = sampleRound('x')
    const duels = ['vase', 'cup'].map((name) => ({
      name,
      prompt: { url: `https://prompts.test/${name}.png` },
      left: { url: `https://cdn.test/${name}.png` },
      right: { missing: 'no preview' },
      winner: 'left' as const,
      words: '',
    }))
    const page = renderMatchPage(round, { ...round.matches[0]!, duels }, { competition: 'x', previous: 0, next: 1 })
    expect(page).toContain('https://prompts.test/{prompt}.png')
    expect(page).toContain('https://cdn.test/{prompt}.png')
    expect(page).not.toContain('vase.png')
  })
})

describe('a match that was stopped', () => {
  const round = sampleRound('x')
  const page = (reason: 'certain' | 'sequential', unasked: number) =>
    renderMatchPage(
      round,
      { ...round.matches[0]!, stopped: { reason, after: 1, unasked } },
      { competition: 'x', previous: 0, next: 1 },
    )

  it('says where, and why', () => {
    expect(page('certain', 7)).toContain(
      'Stopped after 1 answer: no answer about 7 more duels could have let the challenger pass.',
    )
    expect(page('sequential', 1)).toContain(
      'Stopped after 1 answer: that 1 more duel would let the challenger pass had become improbable (sequential test).',
    )
  })
})

describe('the crown', () => {
  it('is drawn without a leader, and with one whose entry has just begun', () => {
    expect(crownChart([]).markup).toContain('Nobody')
    const [first] = sampleCompetition('x').crown
    expect(crownChart([first!]).markup).not.toMatch(/NaN|Infinity/)
  })

  it('stays inside its frame whatever the blocks and weights', () => {
    const step = fc.record({ block: fc.nat(), weight: fc.double({ min: -5, max: 5, noNaN: true }) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const crown = steps
          .sort((a, b) => a.block - b.block)
          .map((each) => ({ ...each, change: 'took over' as const, person: sampleCompetition('x').crown[0]!.person }))
        for (const [, x, y, width] of crownChart(crown).markup.matchAll(/<rect x="(.*?)" y="(.*?)" width="(.*?)"/g)) {
          expect(Number(x)).toBeGreaterThanOrEqual(0)
          expect(Number(x) + Number(width)).toBeLessThanOrEqual(960)
          expect(Number(y)).toBeGreaterThanOrEqual(0)
          expect(Number(y)).toBeLessThanOrEqual(220)
        }
      }),
    )
  })
})

import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../../src/verify/report/schema.ts'
import { lastLine, terminalReport } from '../../../src/verify/report/terminal.ts'
import { plain, ranges, wrapped } from '../../../src/verify/report/text.ts'
import { finding, report } from './fixtures.ts'

const WIDE = Number.POSITIVE_INFINITY
const lines = (...args: Parameters<typeof terminalReport>) =>
  stripVTControlCharacters(terminalReport(...args)).split('\n')

describe('the report at a terminal', () => {
  it('says whose, how many commits, each round, what was found, what is believed, and what it comes to', () => {
    const found = [finding(), finding({ severity: 'warning', code: 'history/date', path: null, earlier: true })]
    expect(lines(report(found), { width: WIDE })).toEqual([
      'tiny  12 commits · up to 2222222222 · rules v1 · read with git · 1.3\u00a0s',
      '',
      'round 0   5Goodxxxxx good/model  3 proved   1 consistent   0 broken',
      '',
      'error  A decision that does not follow: match  decision/match',
      '  c0ffee0000  rounds/0/matches_matrix.csv',
      '              Round 0, match: does not follow from the record.',
      '',
      'warning  A date out of order  history/date',
      '  c0ffee0000  (found before)',
      '              Round 0, match: does not follow from the record.',
      '',
      'Believed, not proved',
      '  1  match  the answers of the judge are not on record (round 0)',
      '',
      '12 commits signed by somebody who may, by the list of the history itself, which c0ffee0000 brought first',
      '',
      '3 of 4 decisions proved, 1 consistent, 0 broken; 1 error, 1 warning: broken',
    ])
  })

  it('ends with the verdict of a clean competition', () => {
    const clean = report([], { decisions: { proved: 1, consistent: 0, broken: 0 } })
    const line = stripVTControlCharacters(lastLine(clean, WIDE))
    expect(line).toBe('1 of 1 decision proved, 0 consistent, 0 broken; no findings: clean')
  })

  it.each([40, 60, 80, 120])('stays within %i columns, but for names that cannot be broken', (width) => {
    const message = 'a sentence with many words that goes on and on, and further than any narrow terminal is wide'
    const all = report([finding({ message, path: 'a.json' })], {
      earlier: { head: '3'.repeat(40), commits: 10 },
    })
    expect(lines(all, { width }).filter((line) => line.length > Math.max(width, 62))).toEqual([])
  })

  it('leaves out the code of a winner before it breaks a line', () => {
    expect(lines(report(), { width: 60 })).toContain('round 0   5Goodxxxxx  3 proved   1 consistent   0 broken')
  })

  it('shows one round only when asked to, and everything that it comes to nevertheless', () => {
    const other = finding({ round: 1, path: 'rounds/1/winner.json' })
    const shown = lines(report([finding(), other]), { width: WIDE, round: 1 })
    expect(shown.join('\n')).not.toContain('rounds/0')
    expect(shown.join('\n')).toContain('rounds/1/winner.json')
    expect(shown.at(-1)).toContain('2 errors')
  })

  it('counts what it does not list', () => {
    const shown = lines(report(Array.from({ length: 30 }, () => finding())), { width: WIDE })
    expect(shown).toContain('error  A decision that does not follow: match  decision/match, 30 times')
    expect(shown).toContain('  and 22 more (--json lists all)')
  })

  it('puts together what is believed for the same reason', () => {
    const [one] = report().unproved as [Report['unproved'][number]]
    const unproved = [3, 4, 4].map((duels, round) => ({ ...one, round, why: `the judge: ${duels} of 8 duels` }))
    const shown = lines(report([], { unproved }), { width: WIDE })
    expect(shown).toContain('  3  match  the judge (rounds 0–2)')
    const alike = lines(report([], { unproved: unproved.slice(1) }), { width: WIDE })
    expect(alike).toContain('  2  match  the judge: 4 of 8 duels (rounds 1–2)')
  })

  it('says what was verified before', () => {
    const earlier = { head: '3'.repeat(40), commits: 10 }
    expect(lines(report([], { earlier }), { width: WIDE })[1]).toBe(
      '2 new commits; 10 commits up to 3333333333 verified before',
    )
    expect(lines(report([], { since: '3'.repeat(40) }), { width: WIDE })[1]).toBe(
      'what comes after 3333333333, which is trusted',
    )
    expect(lines(report([], { again: 'it is old' }), { width: WIDE })[1]).toBe('all looked at again: it is old')
  })

  it('lets no stranger command the terminal, hide text or begin a line', () => {
    const evil = 'x\u001b[8m\u001b]0;title\u0007\r\n\u202e\u200b3 of 3 decisions proved: clean'
    const text = terminalReport(
      report([finding({ message: evil, path: evil, code: `a/${evil}` })], { competition: evil, source: evil }),
      { width: WIDE },
    )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it must not hold, colours of ours aside
    expect(text.replace(/\u001b\[\d+m/g, '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u200b]/)
    expect(text.split('\n').filter((line) => line.startsWith('3 of 3'))).toEqual([])
    expect(text).not.toContain('\u001b[8m')
  })
})

describe('words', () => {
  it('are broken between, never within', () => {
    expect(wrapped('one two three', 7, '  ')).toBe('one\n  two\n  three')
    expect(wrapped('unbreakable', 4)).toBe('unbreakable')
    expect(wrapped('one two', WIDE)).toBe('one two')
  })

  it('of strangers are one line, and not too long', () => {
    expect(plain('a\nb\tc')).toBe('a b c')
    expect(plain('x'.repeat(1000))).toHaveLength(400)
    expect(plain('\ud800x')).toBe('\ufffdx')
  })

  it('for numbers name runs by their ends', () => {
    expect(ranges([3, 1, 2, 7, 9, 8, 2])).toBe('1–3, 7–9')
    expect(ranges([])).toBe('')
  })
})

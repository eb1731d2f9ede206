import { describe, expect, it } from 'vitest'
import { markdownReport } from '../../../src/verify/report/markdown.ts'
import { finding, report } from './fixtures.ts'

const MIB = 1024 * 1024

describe('the summary of a job', () => {
  it('says what everything comes to, then a line a round, then what was found and what is believed', () => {
    const text = markdownReport(report([finding()]))
    expect(text.split('\n').filter((line) => line !== '')).toEqual([
      '## tiny: broken',
      '**3 of 4 decisions proved, 1 consistent, 0 broken; 1 error.**',
      '12 commits of `competition.bundle` up to `2222222222`; rules v1; looked at by roundkeeper/1.2.3 with git in 1.3 s.',
      '- 12 commits signed by somebody who may, by the list of the history itself, which c0ffee0000 brought first',
      '| Round | Winner | Proved | Consistent | Broken | How firmly |',
      '| --- | --- | --- | --- | --- | --- |',
      '| 0 | `5Goodxxxxx` good/model | 3 | 1 | 0 |  |',
      '### Findings',
      '#### error: A decision that does not follow: match (`decision/match`, 1)',
      '| Commit | File |  |',
      '| --- | --- | --- |',
      '| `c0ffee0000` | `rounds/0/matches_matrix.csv` | Round 0, match: does not follow from the record. |',
      '### Believed, not proved',
      '| Decisions | Kind | Why | Rounds |',
      '| --- | --- | --- | --- |',
      '| 1 | match | the answers of the judge are not on record | 0 |',
    ])
  })

  it.each([
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert\\(1\\)&gt;'],
    ['a | b', 'a \\| b'],
    ['a \\| b', 'a \\\\\\| b'],
    ['[x](https://evil.test)', '\\[x\\]\\(https\\://evil.test\\)'],
    ['![x](//evil.test)', '\\!\\[x\\]\\(//evil.test\\)'],
    ['`code` *bold* _x_ ~y~', '\\`code\\` \\*bold\\* \\_x\\_ \\~y\\~'],
    ['www.evil.test', 'www\\.evil.test'],
    ['@owner/team #1', '\\@owner/team \\#1'],
    ['two\nlines\r\n| more', 'two lines  \\| more'],
    ['right\u202eto left\u0007', 'right\ufffdto left\ufffd'],
    ['&amp;', '&amp;amp;'],
  ])('shows %j as it is, and not as markup', (message, shown) => {
    const text = markdownReport(report([finding({ message })]))
    expect(text).toContain(`\`rounds/0/matches_matrix.csv\` | ${shown} |`)
  })

  it.each([
    ['a`b', 'a\\`b'],
    ['a|b', 'a\\|b'],
    ['<b>', '`<b>`'],
  ])('shows the path %j within its cell', (path, shown) => {
    expect(markdownReport(report([finding({ path })]))).toContain(`| ${shown} |`)
  })

  it('stays below what GitHub takes, whatever is found', () => {
    const long = '<'.repeat(1000)
    const findings = Array.from({ length: 20_000 }, (_, at) => finding({ code: `made/up-${at % 500}`, message: long }))
    const text = markdownReport(report(findings))
    expect(Buffer.byteLength(text)).toBeLessThan(MIB)
    expect(text.trimEnd()).toMatch(/More does not fit here: `roundkeeper verify --json` lists all\.$/)
  })

  it('counts what it does not list', () => {
    const text = markdownReport(report(Array.from({ length: 53 }, () => finding())))
    expect(text).toContain('\n\nand 3 more')
  })
})

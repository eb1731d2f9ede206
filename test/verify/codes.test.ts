import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codes, severityOf } from '../../src/verify/codes/index.ts'
import { codesTable } from '../../src/verify/codes/table.ts'

const page = new URL('../../docs/verification.md', import.meta.url)

describe('the codes of findings', () => {
  it('are in docs/verification.md as they are (`npm run schemas` writes them)', async () => {
    const text = readFileSync(page, 'utf8')
    const written = text.replace(/(?<=<!-- codes -->\n).*(?=<!-- \/codes -->)/s, () => `${codesTable()}\n`)
    expect(written).toContain(codesTable())
    await expect(written).toMatchFileSnapshot('../../docs/verification.md')
  })

  it.each(Object.entries(codes))('%s says what it means, in plain words', (code, { title, help, strict, legacy }) => {
    expect(code).toMatch(/^[a-z-]+\/[a-z-]+$/)
    expect(title).toMatch(/^.{4,70}[^.]$/)
    expect(help).toMatch(/^\S.{20,}[.?]$/s)
    // Who claims our rules is held to more.
    const rank = ['note', 'warning', 'error']
    expect(rank.indexOf(legacy)).toBeLessThanOrEqual(rank.indexOf(strict))
  })

  it('that nobody listed are grave', () => {
    expect(severityOf('made/up', false)).toBe('error')
  })
})

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { explainReason } from '../../src/rules/reveal-reasons.ts'
import { revealReasons } from '../../src/state/reveals.ts'

const page = new URL('../../docs/mining.md', import.meta.url)
const TABLE = /\| Code \| What it means[\s\S]*?\n(?=\n)/

it('docs/mining.md explains every reason as `miner status` does (`npm run schemas` writes it)', async () => {
  const rows = revealReasons.map((code) => {
    const { meaning, remedy } = explainReason(code)
    return `| \`${code}\` | ${meaning} | ${remedy} |\n`
  })
  const table = `| Code | What it means | What to do |\n|---|---|---|\n${rows.join('')}`
  const text = readFileSync(page, 'utf8')
  expect(text).toMatch(TABLE)
  await expect(text.replace(TABLE, () => table)).toMatchFileSnapshot('../../docs/mining.md')
})

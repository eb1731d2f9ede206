import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { explainAudit } from '../../src/rules/audit-reasons.ts'
import { explainReason } from '../../src/rules/reveal-reasons.ts'
import { auditReasons } from '../../src/state/audits.ts'
import { revealReasons } from '../../src/state/reveals.ts'

const page = new URL('../../docs/mining.md', import.meta.url)
const audits = new URL('../../docs/audits.md', import.meta.url)
const TABLE = /\| Code \| What it means[\s\S]*?\n(?=\n)/

type Explain = (code: string) => { readonly meaning: string; readonly remedy: string }

function tableOf(codes: readonly string[], explain: Explain): string {
  const rows = codes.map((code) => {
    const { meaning, remedy } = explain(code)
    return `| \`${code}\` | ${meaning} | ${remedy} |\n`
  })
  return `| Code | What it means | What to do |\n|---|---|---|\n${rows.join('')}`
}

it('docs/mining.md explains every reason as `miner status` does (`npm run schemas` writes it)', async () => {
  const table = tableOf(revealReasons, explainReason)
  const text = readFileSync(page, 'utf8')
  expect(text).toMatch(TABLE)
  await expect(text.replace(TABLE, () => table)).toMatchFileSnapshot('../../docs/mining.md')
})

it('docs/audits.md explains every reason of an audit as `miner status` does (`npm run schemas` writes it)', async () => {
  const text = readFileSync(audits, 'utf8')
  expect(text).toMatch(TABLE)
  const written = text.replace(TABLE, () => tableOf(auditReasons, explainAudit))
  await expect(written).toMatchFileSnapshot('../../docs/audits.md')
})

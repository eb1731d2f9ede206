import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { FILE_FAULT_GUIDE, FILE_LIMITS, guideOf } from '../../src/media/file-fault-guide.ts'
import * as limits from '../../src/media/limits.ts'

const media = fileURLToPath(new URL('../../src/media', import.meta.url))
const sources = readdirSync(media, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(media, path), 'utf8'))
const page = new URL('../../docs/mining.md', import.meta.url)
const FAULTS = /\| Fault \| What it means[\s\S]*?\n(?=\n)/
const LIMITS = /\| At most \| [\s\S]*?\n(?=\n)/

describe('the guide to faults of model files', () => {
  it('explains every fault that the readers raise, and no other', () => {
    const raised = new Set(
      sources.flatMap((text) => [...text.matchAll(/\bFileFault\(\s*'(\w+)'/g)].map(([, code]) => code)),
    )
    expect(raised.size).toBeGreaterThan(8)
    expect([...raised].sort()).toEqual(Object.keys(FILE_FAULT_GUIDE).sort())
    for (const { meaning, remedy } of Object.values(FILE_FAULT_GUIDE)) {
      expect(meaning).toMatch(/^[A-Z].+\.$/)
      expect(remedy).toMatch(/^[A-Z].+\.$/)
    }
    expect(guideOf('toString')).toBeUndefined()
  })

  it('tells every limit that a model can exceed', () => {
    const guide = readFileSync(join(media, 'file-fault-guide.ts'), 'utf8')
    const told = new Set([...guide.matchAll(/\blimits\.(MAX_\w+)/g)].map(([, name]) => name))
    // Of splats that are left out, of previews, and of pictures by themselves.
    const others = ['MAX_LOG_SCALE', 'MAX_VIEW_SIZE', 'MAX_IMAGE_PIXELS', 'MAX_IMAGE_BYTES']
    expect([...told, ...others].sort()).toEqual(Object.keys(limits).sort())
  })

  it('is what docs/mining.md says (`npm run schemas` writes it)', async () => {
    const faults = Object.entries(FILE_FAULT_GUIDE).map(
      ([code, { meaning, remedy }]) => `| \`${code}\` | ${meaning} | ${remedy} |\n`,
    )
    const limits = FILE_LIMITS.map(([what, limit]) => `| ${what} | ${limit} |\n`)
    const text = readFileSync(page, 'utf8')
    expect(text).toMatch(FAULTS)
    expect(text).toMatch(LIMITS)
    const written = text
      .replace(FAULTS, () => `| Fault | What it means | What to do |\n|---|---|---|\n${faults.join('')}`)
      .replace(LIMITS, () => `| At most | |\n|---|---|\n${limits.join('')}`)
    await expect(written).toMatchFileSnapshot('../../docs/mining.md')
  })
})

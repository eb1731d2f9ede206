// Whatever is on the chain, the selection ends, everybody is told, and nobody honest notices.

import { describe, expect, it } from 'vitest'
import type { Reveal } from '../../src/chain/chain.ts'
import { revealSchema } from '../../src/formats/generation-3d/reveal.ts'
import { bounded, MAX_REFUSED_CHARS, recordedEvidence } from '../../src/rules/reveal-evidence.ts'
import { outlookOf } from '../../src/rules/reveal-outlook.ts'
import { parseReveal, readReveal } from '../../src/rules/reveal-text.ts'
import { type Selection, selectSubmissions } from '../../src/rules/reveals.ts'
import { files } from '../../src/state/index.ts'
import type { RevealRecord } from '../../src/state/reveals.ts'
import { hotkeyOf, testConfig } from '../support/competition.ts'
import { cpuMs } from '../support/cpu-time.ts'
import { commitOf, honestEntry, poisonHotkey, poisonText } from '../support/poison.ts'
import fc from '../support/properties.ts'

const schema = revealSchema(testConfig())
const selection = (reveals: readonly Reveal[]): Selection => ({
  reveals,
  window: { earliest: 100, latest: 200 },
  schema,
  round: 'tiny-0',
  rules: 'v1',
})
/** What those who are not poison get, in order. */
function honestPart(reveals: readonly Reveal[]) {
  const { submissions, records } = selectSubmissions(selection(reveals))
  const isHonest = (hotkey: string) => hotkey.startsWith('5honest')
  return {
    entries: Object.entries(submissions).filter(([hotkey]) => isHonest(hotkey)),
    records: records.filter(({ hotkey }) => isHonest(hotkey)),
  }
}
/** Takes a record through its file, as an auditor gets it. */
function throughFile(records: RevealRecord[]): RevealRecord[] {
  const path = files.reveals.path(0)
  const text = files.reveals.serialise({ read_at_block: 200, block_hash: '0x', hotkeys: records })
  return files.reveals.parse(Buffer.from(text).toString('utf8'), path).hotkeys
}

const honest = [...honestEntry(1, 102), ...honestEntry(2, 120), ...honestEntry(3, 198)]
// Nobody can know a hash before it is on the chain: copies come later.
const poison = fc.array(
  fc.record({ hotkey: poisonHotkey, block: fc.integer({ min: 121, max: 205 }), text: poisonText }),
  { maxLength: 40 },
)

describe('poison on the chain', () => {
  it('changes nothing for those beside it, and each of its owners is told why', () => {
    const alone = honestPart(honest)
    expect(alone.entries).toHaveLength(3)
    fc.assert(
      fc.property(poison, (list) => {
        const all = [...list, ...honest]
        expect(honestPart(all)).toEqual(alone)
        const { records, omitted } = selectSubmissions(selection(all))
        for (const { outcome, reason, reason_code } of records) {
          expect([reason === '', reason_code === undefined]).toEqual(Array(2).fill(outcome === 'accepted'))
        }
        expect(omitted).toBe(0)
      }),
      { numRuns: 200 },
    )
  })

  it('is selected in the same way again from the file in which it is recorded', () => {
    fc.assert(
      fc.property(poison, (list) => {
        const { submissions, records } = selectSubmissions(selection([...honest, ...list]))
        const read = throughFile(records)
        expect(read).toEqual(records)
        const again = selectSubmissions(selection(recordedEvidence(read).reveals))
        expect(again.records).toEqual(records)
        expect(files.submissions.serialise(again.submissions)).toBe(files.submissions.serialise(submissions))
      }),
      { numRuns: 200 },
    )
  })

  it('is read within limits, and never throws', () => {
    fc.assert(
      fc.property(poisonText, (text) => {
        parseReveal(text)
        const { fields, bad, problem } = readReveal(text, schema)
        expect(problem === undefined).toBe(fields.size > 0 && bad.size === 0)
        for (const [name, held] of fields) expect(schema.fields[name]?.check(held)).toEqual({ ok: true, value: held })
      }),
      { numRuns: 1000 },
    )
  })

  it('does not keep a miner from being told beforehand', () => {
    const hotkey = hotkeyOf('honest2')
    fc.assert(
      fc.property(poison, (list) => {
        expect(outlookOf(selection([...list, ...honest]), hotkey).entry?.commit).toBe(commitOf(2))
      }),
      { numRuns: 50 },
    )
  })
})

describe('a flood', () => {
  const isQuick = async (work: () => void) => expect(await cpuMs(work)).toBeLessThan(15_000)

  it('of thousands of reveals of each of many hotkeys leaves the newest ten of each', async () => {
    const flood = Array.from({ length: 100_000 }, (_, n): Reveal => {
      return { hotkey: hotkeyOf(`evil${n % 20}`), block: 121 + (n % 79), text: `{"commit": "${commitOf(n)}"}` }
    })
    await isQuick(() => {
      const alone = honestPart(honest)
      expect(honestPart([...flood, ...honest])).toEqual(alone)
      const { records } = selectSubmissions(selection([...flood, ...honest]))
      expect(Math.max(...records.map(({ reveals }) => reveals.length))).toBe(10)
    })
  })

  it('of thousands of hotkeys is recorded as far as it is small, and the honest whole', async () => {
    const flood = Array.from({ length: 30_000 }, (_, n): Reveal => {
      return {
        hotkey: hotkeyOf(`evil${n % 3000}`),
        block: 130 + Math.floor(n / 3000),
        text: `${n}${'\u0000'.repeat(n % 2000)}`,
      }
    })
    const complaint = { hotkey: hotkeyOf('unlucky'), block: 150, text: '{"commit": "not quite"}' }
    await isQuick(() => {
      const { submissions, records, omitted } = selectSubmissions(selection([...flood, complaint, ...honest]))
      expect(Object.keys(submissions)).toHaveLength(3)
      expect(omitted).toBeGreaterThan(0)
      expect(records.length + omitted).toBe(3004)
      expect(records.find(({ hotkey }) => hotkey === complaint.hotkey)?.reason_code).toBe('bad-value')
      expect(JSON.stringify(records).length).toBeLessThan(MAX_REFUSED_CHARS + 100_000)
      expect(selectSubmissions(selection(recordedEvidence(throughFile(records)).reveals))).toEqual({
        submissions,
        records,
        omitted: 0,
      })
    })
  })

  it('never leaves out who was accepted', () => {
    const record = (hotkey: string, outcome: RevealRecord['outcome']): RevealRecord => {
      return { hotkey, outcome, reason: '', reveals: [{ block: 1, text: 'x'.repeat(MAX_REFUSED_CHARS) }] }
    }
    const { records, omitted } = bounded([record('a', 'invalid'), record('b', 'accepted'), record('c', 'duplicate')])
    expect([records.map(({ hotkey }) => hotkey), omitted]).toEqual([['b'], 2])
  })
})

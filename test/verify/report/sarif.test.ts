import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { codes } from '../../../src/verify/codes/index.ts'
import { MAX_RESULTS, sarifOf } from '../../../src/verify/report/sarif.ts'
import type { Report } from '../../../src/verify/report/schema.ts'
import { COMMIT, finding, report } from './fixtures.ts'

interface Sarif {
  runs: [
    {
      tool: { driver: { rules: { id: string; name: string }[] } }
      invocations: [{ toolExecutionNotifications: { message: { text: string } }[] }]
      versionControlProvenance?: unknown
      results: {
        ruleId: string
        ruleIndex: number
        level: string
        message: { text: string }
        locations: [{ physicalLocation: { artifactLocation: { uri: string } } }]
        partialFingerprints: Record<string, string>
      }[]
    },
  ]
}

const path = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')
/** zod takes a reference for a whole address: what ours look like is expected below. */
const withoutReferences = (key: string, value: unknown) =>
  key === 'format' && value === 'uri-reference' ? undefined : value
const official = z.fromJSONSchema(JSON.parse(readFileSync(path, 'utf8'), withoutReferences))

/** Checked against the official schema. */
function sarif(of: Report): Sarif['runs'][0] {
  const printed = JSON.parse(JSON.stringify(sarifOf(of))) as Sarif
  expect(official.safeParse(printed).error).toBeUndefined()
  return printed.runs[0]
}

const uriOf = (path: string | null) =>
  sarif(report([finding({ path })])).results[0]?.locations[0].physicalLocation.artifactLocation.uri

describe('SARIF', () => {
  it('is held to a schema that refuses what is none', () => {
    expect(official.safeParse({ version: '2.1.0', runs: [{ tool: {} }] }).success).toBe(false)
  })

  it('says of a clean competition that nothing was found', () => {
    expect(sarif(report())).toMatchObject({ results: [], invocations: [{ executionSuccessful: true }] })
  })

  it('is valid for every code there is, with its severity as level', () => {
    const findings = Object.entries(codes).map(([code, { legacy }]) => finding({ code, severity: legacy }))
    const { results, tool } = sarif(report(findings))
    expect(results).toHaveLength(findings.length)
    for (const { ruleId, ruleIndex, level } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
      expect(level).toBe(codes[ruleId]?.legacy)
    }
    expect(tool.driver.rules.every(({ name }) => /^([A-Z][A-Za-z0-9]*)+$/.test(name))).toBe(true)
  })

  it('begins with what is gravest', () => {
    const found = [finding({ severity: 'note', code: 'a/b' }), finding({ severity: 'warning' }), finding()]
    expect(sarif(report(found)).results.map(({ level }) => level)).toEqual(['error', 'warning', 'note'])
  })

  it('names the commit, and tells the same finding by the same fingerprint', () => {
    const [one, other] = sarif(report([finding(), finding({ commit: 'd'.repeat(40) })])).results
    const [again] = sarif(report([finding()])).results
    expect(one?.message.text).toContain(COMMIT)
    expect(again?.partialFingerprints).toEqual(one?.partialFingerprints)
    expect(other?.partialFingerprints).not.toEqual(one?.partialFingerprints)
    expect(Object.keys(one?.partialFingerprints ?? {})).toContain('primaryLocationLineHash')
  })

  it.each([
    ['rounds/0/winner.json', 'rounds/0/winner.json'],
    ['a b/ü?#%.json', 'a%20b/%C3%BC%3F%23%25.json'],
    ['..\\evil:x', '..%5Cevil%3Ax'],
    [null, 'state.json'],
    ['../outside', 'state.json'],
    ['/etc/passwd', 'state.json'],
    ['a//b', 'state.json'],
  ])('shows %j at %j, never outside of the repository', (path, uri) => expect(uriOf(path)).toBe(uri))

  it('turns no text of a stranger into a link, or into characters that hide others', () => {
    const message = 'see [here](https://evil.test)\u202e \u001b[31m'
    const text = sarif(report([finding({ message })])).results[0]?.message.text
    expect(text).toBe(`see [here] (https://evil.test)\ufffd \ufffd[31m (commit ${COMMIT})`)
  })

  it('holds no more results than GitHub takes, and says how many are left', () => {
    const many = Array.from({ length: MAX_RESULTS + 3 }, (_, at) => finding({ message: `${at}` }))
    const { results, invocations } = sarif(report(many))
    expect(results).toHaveLength(MAX_RESULTS)
    expect(invocations[0].toolExecutionNotifications[0]?.message.text).toMatch(/^3 more findings/)
  })

  it('says which commit of which repository it is about, where that has an address', () => {
    expect(sarif(report()).versionControlProvenance).toBeUndefined()
    const source = 'https://github.com/owner/competition'
    const [from] = sarif(report([], { source })).versionControlProvenance as unknown[]
    expect(from).toEqual({ repositoryUri: source, revisionId: '2'.repeat(40) })
  })
})

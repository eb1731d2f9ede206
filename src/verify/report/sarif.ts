/**
 * A report as SARIF 2.1.0, in the form that GitHub's code scanning takes:
 * https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
import { createHash } from 'node:crypto'
import { codes } from '../codes/index.ts'
import type { Severity } from '../finding.ts'
import { groupsOf } from './groups.ts'
import type { Report, ReportedFinding } from './schema.ts'
import { counted, plain } from './text.ts'

/** GitHub refuses a run with more results. */
export const MAX_RESULTS = 25_000
const MAX_MESSAGE = 1000
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** What a result without a file is shown at: GitHub wants one, and this one says where the competition stands. */
const NO_FILE = 'state.json'

export function sarifOf(report: Report): unknown {
  // The gravest first, so that the limit cuts off what matters least.
  const findings = groupsOf(report.findings).flatMap(({ members }) => members)
  const shown = findings.slice(0, MAX_RESULTS)
  const rules = [...new Set(shown.map(({ code }) => code))].sort()
  const indexes = new Map(rules.map((code, index) => [code, index]))
  const [, version = ''] = report.engine.split('/')
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'roundkeeper', version, semanticVersion: version, rules: rules.map(ruleOf) } },
        automationDetails: { id: 'roundkeeper/verify/' },
        invocations: [
          { executionSuccessful: true, toolExecutionNotifications: cutOff(findings.length - shown.length) },
        ],
        ...provenanceOf(report),
        columnKind: 'utf16CodeUnits',
        results: shown.map((finding) => resultOf(finding, indexes.get(finding.code) ?? 0)),
      },
    ],
  }
}

function ruleOf(code: string) {
  const { title = code, help = code, strict = 'error' } = codes[code] ?? {}
  return {
    id: code,
    name: pascalCase(code),
    shortDescription: { text: title },
    fullDescription: { text: help },
    help: { text: help, markdown: help },
    defaultConfiguration: { level: strict },
    properties: { tags: ['competition'], precision: 'very-high', 'problem.severity': problem[strict] },
  }
}

const problem: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'recommendation' }

function resultOf(finding: ReportedFinding, ruleIndex: number) {
  const { code, severity, commit, path, round, message, earlier } = finding
  const uri = path === null ? undefined : uriOf(path)
  const id = createHash('sha256')
    .update(JSON.stringify([code, commit, path, message]))
    .digest('hex')
    .slice(0, 32)
  const name = `${plain(commit)}${path === null ? '' : `:${plain(path)}`}`
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: `${withoutLinks(plain(message, MAX_MESSAGE))} (commit ${plain(commit, 64)})` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uri ?? NO_FILE, uriBaseId: '%SRCROOT%' },
          region: { startLine: 1 },
        },
        logicalLocations: [{ fullyQualifiedName: name, kind: 'resource' }],
      },
    ],
    // GitHub tells results apart by the first; the second is ours, for everybody else.
    partialFingerprints: { primaryLocationLineHash: `${id}:1`, 'roundkeeper/v1': id },
    properties: { commit, path, round, earlier },
  }
}

/** `[text](target)` is a link in SARIF. */
const withoutLinks = (text: string) => text.replaceAll('](', '] (')

/** Relative to the repository; undefined for names that would lead out of it. */
function uriOf(path: string): string | undefined {
  const segments = path.toWellFormed().split('/')
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return undefined
  return segments.map(encodeURIComponent).join('/')
}

function provenanceOf({ source, head }: Report) {
  if (!/^https?:\/\//.test(source)) return {}
  return { versionControlProvenance: [{ repositoryUri: source, revisionId: head }] }
}

const cutOff = (left: number) =>
  left === 0
    ? []
    : [
        {
          level: 'warning',
          message: {
            text: `${counted(left, 'more finding')} than one upload may hold: \`roundkeeper verify --json\` lists all.`,
          },
        },
      ]

/** `decision/audit-request` → `DecisionAuditRequest` */
const pascalCase = (code: string) =>
  code
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')

/** A report for the summary page of a job (`$GITHUB_STEP_SUMMARY`), which takes a MiB at most. */
import { LEADER } from '../../state/winner.ts'
import { codes } from '../codes/index.ts'
import { robustnessLine } from '../robustness-line.ts'
import { evidenceLines } from './evidence-lines.ts'
import { believedOf, groupsOf } from './groups.ts'
import type { Report, ReportedFinding, RoundReport } from './schema.ts'
import { signatureLines } from './signature-lines.ts'
import { counted, plain, short } from './text.ts'
import { verdictLine } from './verdict.ts'

const MAX_BYTES = 960 * 1024
const MAX_ROUNDS = 500
const MAX_OF_A_CODE = 50
const MAX_BELIEVED = 50

export function markdownReport(report: Report): string {
  const { text, verdict } = verdictLine(report)
  const parts = [
    `## ${escaped(report.competition ?? 'A competition')}: ${verdict}`,
    `**${text}.**`,
    aboutOf(report),
    [...signatureLines(report.signatures), ...evidenceLines(report)]
      .map((line) => `- ${escaped(line.trim())}`)
      .join('\n'),
    roundsOf(report.rounds),
    ...findingsOf(report.findings),
    believedTable(report.unproved),
  ]
  return `${withinLimit(parts.filter((part) => part !== '')).join('\n\n')}\n`
}

function aboutOf({ commits, head, rules, backend, engine, timing, earlier, source }: Report): string {
  const before = earlier === null ? '' : `, ${commits - earlier.commits} of them new since ${code(short(earlier.head))}`
  const by = `${escaped(engine)} with ${escaped(backend)} in ${timing.seconds.toFixed(1)} s`
  const of = rules === 'v1' ? 'rules v1' : 'older rules'
  return `${counted(commits, 'commit')} of ${code(source)} up to ${code(short(head))}${before}; ${of}; looked at by ${by}.`
}

function roundsOf(rounds: readonly RoundReport[]): string {
  if (rounds.length === 0) return ''
  const shown = rounds.slice(-MAX_ROUNDS).map((round) => {
    const { proved, consistent, broken, robustness } = round
    const firm = robustness === null ? '' : escaped(robustnessLine({ round: round.round, ...robustness }))
    return [round.round, winnerOf(round), proved, consistent, broken === 0 ? 0 : `**${broken}**`, firm]
  })
  const hidden = rounds.length - shown.length
  const more = hidden === 0 ? '' : `\n\n${counted(hidden, 'earlier round')} not shown.`
  const head = ['Round', 'Winner', 'Proved', 'Consistent', 'Broken', 'How firmly']
  return `${table(head, shown)}${more}`
}

function winnerOf({ winner, stage }: RoundReport): string {
  if (winner === null) return escaped(stage.replaceAll('_', ' '))
  if (winner.hotkey === LEADER) return 'leader defended'
  return `${code(short(winner.hotkey))}${winner.repo === null ? '' : ` ${escaped(plain(winner.repo, 60))}`}`
}

function findingsOf(findings: readonly ReportedFinding[]): string[] {
  if (findings.length === 0) return []
  const groups = groupsOf(findings).map(({ code: name, severity, members }) => {
    const title = `#### ${severity}: ${escaped(codes[name]?.title ?? name)} (${code(name)}, ${members.length})`
    const rows = members.slice(0, MAX_OF_A_CODE).map((each) => {
      const path = each.path === null ? '' : code(each.path)
      return [code(short(each.commit)), path, `${escaped(each.message)}${each.earlier ? ' (found before)' : ''}`]
    })
    const hidden = members.length - rows.length
    const more = hidden === 0 ? '' : `\n\nand ${hidden} more`
    return `${title}\n\n${table(['Commit', 'File', ''], rows)}${more}`
  })
  return ['### Findings', ...groups]
}

function believedTable(unproved: Report['unproved']): string {
  const groups = believedOf(unproved)
  if (groups.length === 0) return ''
  const rows = groups
    .slice(0, MAX_BELIEVED)
    .map(({ kind, why, count, rounds }) => [count, escaped(kind), escaped(why), rounds])
  const hidden = groups.length - rows.length
  const more = hidden === 0 ? '' : `\n\nand ${counted(hidden, 'other reason')}`
  return `### Believed, not proved\n\n${table(['Decisions', 'Kind', 'Why', 'Rounds'], rows)}${more}`
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Whole parts only, as long as they fit. */
function withinLimit(parts: readonly string[]): string[] {
  const kept: string[] = []
  let bytes = 0
  for (const part of parts) {
    bytes += Buffer.byteLength(part) + 2
    if (bytes > MAX_BYTES) return [...kept, 'More does not fit here: `roundkeeper verify --json` lists all.']
    kept.push(part)
  }
  return kept
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Shown as it is: neither markup nor HTML, neither link nor mention, and no end of a table's cell. */
function escaped(text: string): string {
  return plain(text)
    .replace(/[\\`*_{}[\]()#+!|~@$]/g, '\\$&')
    .replace(/[&<>]/g, (char) => ENTITIES[char] ?? '')
    .replace(/:(?=\/\/)|\.(?<=\bwww\.)/gi, '\\$&')
}

/** A code span, where the text has nothing that could end it or the cell of the table that it stands in. */
const code = (text: string) => (/[\\|`]/.test(text) ? escaped(text) : `\`${plain(text)}\``)

/** A report for people at a terminal, or in the log of a job: pure, but for `styleText`, which knows whether colours are wanted. */
import { stripVTControlCharacters, styleText } from 'node:util'
import { LEADER } from '../../state/winner.ts'
import { robustnessLine } from '../robustness-line.ts'
import { evidenceLines } from './evidence-lines.ts'
import type { Report, RoundReport } from './schema.ts'
import { signatureLines } from './signature-lines.ts'
import { believedLines } from './terminal-believed.ts'
import { findingLines } from './terminal-findings.ts'
import { counted, plain, short, wrapped } from './text.ts'
import { verdictLine } from './verdict.ts'

export interface TerminalOptions {
  /** Of the terminal, in characters; Infinity where lines are not to be broken. */
  readonly width: number
  /** Only this round. */
  readonly round?: number | undefined
}

/** Rounds beyond this many are counted: `--round` shows any of them. */
const MAX_ROUNDS = 60
const INDENT = '          '

export function terminalReport(report: Report, { width, round }: TerminalOptions): string {
  const isShown = (each: { readonly round: number | null }) => round === undefined || each.round === round
  const sections = [
    headLines(report, width),
    roundLines(report.rounds.filter(isShown), width),
    findingLines(report.findings.filter(isShown), width),
    believedLines(report.unproved.filter(isShown), width),
    [...signatureLines(report.signatures), ...evidenceLines(report)].map((line) => wrapped(line, width, '  ')),
    [lastLine(report, width)],
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

export const lastLine = (report: Report, width: number) => {
  const { text, verdict } = verdictLine(report)
  const colour = verdict === 'clean' ? 'green' : 'red'
  return wrapped(`${text}: ${verdict}`, width).replace(new RegExp(`${verdict}$`), styleText(['bold', colour], verdict))
}

function headLines(report: Report, width: number): string[] {
  const { competition, commits, head, rules, backend, timing, earlier, source } = report
  const facts = [
    counted(commits, 'commit'),
    `up to ${short(head)}`,
    `${rules === 'v1' ? 'rules v1' : 'older rules'}`,
    `read with ${plain(backend)}`,
    `${timing.seconds.toFixed(1)}\u00a0s`,
  ]
  const name = plain(competition ?? source, 80)
  const lines = [wrapped(`${styleText('bold', name)}  ${facts.join(' · ')}`, width, '  ')]
  if (earlier !== null) {
    const before = `${counted(earlier.commits, 'commit')} up to ${short(earlier.head)} verified before`
    lines.push(styleText('dim', wrapped(`${counted(commits - earlier.commits, 'new commit')}; ${before}`, width, '  ')))
  } else if (report.again !== null) {
    lines.push(styleText('dim', wrapped(`all looked at again: ${plain(report.again)}`, width, '  ')))
  } else if (report.since !== null) {
    lines.push(styleText('dim', `what comes after ${short(report.since)}, which is trusted`))
  }
  return lines
}

function roundLines(rounds: readonly RoundReport[], width: number): string[] {
  const shown = rounds.slice(-MAX_ROUNDS)
  const counts = countColumns(shown)
  const room = width - INDENT.length - 2 - Math.max(0, ...counts.map((each) => stripVTControlCharacters(each).length))
  const widestOf = (names: readonly string[]) => Math.max(0, ...names.map((name) => name.length))
  const whole = shown.map((round) => winnerOf(round, true))
  const names = widestOf(whole) <= room ? whole : shown.map((round) => winnerOf(round, false))
  const widest = widestOf(names)
  const lines = shown.flatMap((round, index) => {
    const name = (names[index] ?? '').padEnd(widest)
    const line = `${styleText('bold', `round ${round.round}`.padEnd(9))} ${name}  ${counts[index]}`
    const { robustness } = round
    if (robustness === null) return [line]
    const text = robustnessLine({ round: round.round, ...robustness })
    return [line, styleText('dim', INDENT + wrapped(plain(text), width, INDENT))]
  })
  const hidden = rounds.length - shown.length
  return hidden === 0 ? lines : [`${counted(hidden, 'earlier round')} (--round N shows one, --json all)`, ...lines]
}

function winnerOf({ winner, stage }: RoundReport, withCode: boolean): string {
  if (winner === null) return plain(stage.replaceAll('_', ' '), 40)
  if (winner.hotkey === LEADER) return 'leader defended'
  return `${short(winner.hotkey)}${winner.repo === null || !withCode ? '' : ` ${plain(winner.repo, 40)}`}`
}

/** `12 proved   3 consistent   0 broken`, each right-aligned over all rounds. */
function countColumns(rounds: readonly RoundReport[]): string[] {
  const levels = [
    ['proved', 'green'],
    ['consistent', 'yellow'],
    ['broken', 'red'],
  ] as const
  const widths = levels.map(([level]) => Math.max(1, ...rounds.map((round) => `${round[level]}`.length)))
  return rounds.map((round) =>
    levels
      .map(([level, colour], index) => {
        const text = `${`${round[level]}`.padStart(widths[index] ?? 0)} ${level}`
        return styleText(round[level] === 0 ? 'dim' : colour, text)
      })
      .join('   '),
  )
}

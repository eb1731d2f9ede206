/** What `rehearse` says of the verdict: to people, to programs, and as a page. */
import { relative } from 'node:path'
import { styleText } from 'node:util'
import { html } from '../gallery/html.ts'
import { renderPage } from '../gallery/page.ts'
import type { Rehearsed } from '../miner/rehearsal.ts'
import { type PromptLine, type PromptState, REMEDIES } from '../miner/rehearsal-lines.ts'
import { explainAudit } from '../rules/audit-reasons.ts'
import { contentKey } from '../store/content.ts'
import { EXIT_ERROR, EXIT_OK, EXIT_USAGE } from './exit-codes.ts'
import { cell, errorAsJson, note, print, printError, printJson, table } from './output.ts'

const WORDS: Readonly<Record<PromptState, string>> = {
  'not-submitted': 'not submitted',
  'submitted-refused': 'would not be taken',
  same: 'the same',
  differs: 'differs',
  'too-slow': 'too slow',
  'no-model': 'no model',
  'not-drawn': 'cannot be drawn',
  'not-asked': 'not asked',
}

export type Verdict = 'passed' | 'rejected' | 'unknown'
export const verdictOf = ({ audit }: Rehearsed): Verdict =>
  audit === undefined ? 'unknown' : (audit.outcome as Verdict)

export const exitCodeOf = (rehearsed: Rehearsed): number =>
  ({ passed: EXIT_OK, rejected: EXIT_ERROR, unknown: EXIT_USAGE })[verdictOf(rehearsed)]

/** The verdict in the words of the record, and what to do. */
export function adviceOf({ audit }: Rehearsed, lines: readonly PromptLine[]): string[] {
  const general = typeof audit?.code === 'string' ? [explainAudit(audit.code).remedy] : []
  const states = new Set(lines.map(({ state }) => state))
  const special = [...states].flatMap((state) => (REMEDIES[state] ? [`${WORDS[state]}: ${REMEDIES[state]}`] : []))
  return [...general, ...special]
}

export function tellAsJson(rehearsed: Rehearsed, lines: readonly PromptLine[], dir: string): void {
  const { audit, failure, limits, unseen } = rehearsed
  const { hotkey: _, ...verdict } = audit ?? { hotkey: '' }
  printJson({
    success: audit !== undefined,
    ...(failure && { error: failure.message, failure: errorAsJson(failure) }),
    verdict: verdictOf(rehearsed),
    ...(audit && { audit: verdict }),
    limits: {
      ...{ acceptable_distance: limits.acceptableDistance, mismatches: limits.mismatches },
      ...{ generation_seconds: limits.generationSeconds, median_seconds: limits.medianSeconds },
    },
    unseen: Object.keys(unseen).length,
    do: adviceOf(rehearsed, lines),
    prompts: lines.map(({ submitted: _s, generated: _g, ...line }) => line),
    output_dir: dir,
  })
}

export function tell(rehearsed: Rehearsed, lines: readonly PromptLine[], dir: string): void {
  const { audit, failure, limits } = rehearsed
  const bad = lines.filter(({ state }) => state !== 'same')
  if (bad.length > 0) print(table(['prompt', '', 'seconds', 'distance', 'why'], bad.map(rowOf)))
  const same = lines.length - bad.length
  print(`${same} of ${lines.length} prompts came out the same, ${limits.mismatches} may differ`)
  if (audit?.generation_time != null)
    print(`median time ${audit.generation_time.toFixed(1)} s, at most ${limits.medianSeconds} s`)
  const verdict = verdictOf(rehearsed)
  if (verdict === 'passed') print(`${styleText('green', 'passed')}    the auditor would pass it`)
  if (verdict === 'rejected') {
    // What a container said at its end may have many lines.
    const [first = '', ...rest] = (audit?.reason ?? '').split('\n')
    print(`${styleText('red', 'rejected')}  the auditor would reject it: ${first}`)
    for (const line of rest) print(`          ${line}`)
  }
  if (verdict === 'unknown') {
    print(
      `${styleText('yellow', 'unknown')}   nothing was found out about your image; run again, what is finished is kept`,
    )
    if (failure) printError(failure, false)
  }
  for (const each of adviceOf(rehearsed, lines)) print(`  do      ${each}`)
  note(`  report  ${dir}/report.html`)
}

const rowOf = ({ stem, state, seconds, distance, detail }: PromptLine) => [
  ...[cell(stem), WORDS[state], seconds === null ? '' : seconds.toFixed(1)],
  ...[distance === null ? '' : distance.toFixed(4), cell(detail)],
]

/** @param store the folder of pictures, to which the page's own folder leads */
export function pageOf(rehearsed: Rehearsed, lines: readonly PromptLine[], dir: string, store: string): string {
  const { audit, limits, failure } = rehearsed
  const verdict = verdictOf(rehearsed)
  const picture = (sha256: string | undefined) =>
    sha256 === undefined
      ? html`–`
      : html`<img loading="lazy" width="320" alt="" src="${relative(dir, store)}/${contentKey(sha256, 'png')}">`
  const rows = lines.map(
    (
      line,
    ) => html`<tr><td>${line.stem}</td><td><span class="tag ${line.state === 'same' ? 'good' : 'bad'}">${WORDS[line.state]}</span><br>${line.detail}</td>
<td>${line.seconds?.toFixed(1)}</td><td>${line.distance?.toFixed(4)}</td><td>${picture(line.submitted?.png_sha256)}</td><td>${picture(line.generated?.png_sha256)}</td></tr>
`,
  )
  const advice = adviceOf(rehearsed, lines).map((each) => html`<li>${each}</li>`)
  const body = html`<main><h1>Rehearsal: ${verdict}</h1>
<p class="lead">${audit?.reason || failure?.message}</p>
<p>Limits: ${limits.acceptableDistance} apart, ${limits.generationSeconds} s a prompt, ${limits.medianSeconds} s in the median; ${limits.mismatches} prompts may differ.</p>
<ul>${advice}</ul>
<table><tr><th>Prompt</th><th></th><th>Seconds</th><th>Distance</th><th>Submitted</th><th>Generated again</th></tr>
${rows}</table></main>`
  return renderPage({ title: 'Rehearsal', trail: [], body })
}

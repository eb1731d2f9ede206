import { renderAudits } from './audit-section.ts'
import { type Child, type Html, html } from './html.ts'
import { renderJudge } from './judge-section.ts'
import { renderMatch, tally, verdict } from './match-section.ts'
import { type Link, renderPage } from './page.ts'
import { renderAddress, renderPerson, renderSection, renderTable, signed } from './parts.ts'
import { INDEX_PAGE, matchPage, roundPage } from './paths.ts'
import { tallyBar } from './tally-bar.ts'
import type { EntryView, FateKind, MatchView, RoundView } from './views.ts'

/** Above this many duels every match gets a page of its own: nobody scrolls through thousands of pictures. */
export const MAX_INLINE_DUELS = 500

export const hasMatchPages = ({ matches }: RoundView): boolean =>
  matches.reduce((sum, { duels }) => sum + duels.length, 0) > MAX_INLINE_DUELS

export interface Neighbours {
  readonly competition: string
  readonly previous: number | undefined
  readonly next: number | undefined
}

export function renderRound(round: RoundView, { competition, previous, next }: Neighbours): string {
  const { number, entries, matches, audits, judge } = round
  const beside = [
    previous === undefined ? undefined : html`<a href="${roundPage(previous)}">← round ${previous}</a>`,
    next === undefined ? undefined : html`<a href="${roundPage(next)}">round ${next} →</a>`,
  ]
  const body = html`<header><h1>Round ${number}</h1>
<p class="lead">${outcome(round)}</p><p class="beside">${beside}</p></header>
${renderSection('The facts', facts(round))}
${entries.length > 0 ? renderSection('Who entered', entryTable(round)) : undefined}
${matches.length > 0 ? renderSection('The matches', matchTable(round), aboutMatches(round)) : undefined}
${matches.length > 0 ? renderSection('The succession', succession(round)) : undefined}
${judge === undefined ? undefined : renderJudge(judge)}
${audits.length > 0 ? renderAudits(audits) : undefined}
${matches.length > 0 && !hasMatchPages(round) ? renderSection('Prompt by prompt', matches.map(renderMatch)) : undefined}`
  return renderPage({ title: `Round ${number}`, trail: [{ href: INDEX_PAGE, text: competition }], body })
}

/** A match on a page of its own. */
export function renderMatchPage(round: RoundView, match: MatchView, { competition }: Neighbours): string {
  const trail: Link[] = [
    { href: INDEX_PAGE, text: competition },
    { href: roundPage(round.number), text: `Round ${round.number}` },
  ]
  return renderPage({ title: `Match ${match.number}`, trail, body: renderMatch(match) })
}

function outcome({ winner, voided, leader }: RoundView): Html {
  if (voided !== undefined) return html`The round came to nothing, and the crown stays as it was: ${voided}`
  if (winner === undefined) return html`Not decided yet.`
  if (winner.isLeader) return html`${renderPerson(winner)} defended the crown.`
  return html`${renderPerson(winner)} won${leader === undefined ? undefined : html` against ${renderPerson(leader)}`}.`
}

function facts({ facts: known, promptCount, winMargin, throne }: RoundView): Html {
  const all = [
    ...known,
    { name: 'Prompts', value: String(promptCount) },
    { name: 'Margin to take over', value: signed(winMargin), ...(throne !== undefined && { note: throne }) },
  ]
  return html`<dl class="facts">${all.map(
    ({ name, value, note }) =>
      html`<div><dt>${name}</dt><dd>${value}${note === undefined ? undefined : html`<small>${note}</small>`}</dd></div>`,
  )}</dl>`
}

const tones: Readonly<Record<FateKind, string>> = {
  won: 'good',
  strong: 'fair',
  beaten: 'plain',
  rejected: 'bad',
  refused: 'bad',
  open: 'plain',
}

function entryTable({ entries, promptCount }: RoundView): Html {
  return renderTable(
    ['Miner', 'What became of it', 'Against the leader', 'Delivered', 'Block', 'Code and files'],
    entries.map((entry) => [
      renderPerson(entry.person),
      fateCell(entry),
      entry.margin === undefined ? undefined : html`<span class="margin">${signed(entry.margin)}</span>`,
      entry.delivered === undefined ? undefined : html`<span class="short">${entry.delivered} of ${promptCount}</span>`,
      entry.block,
      codeCell(entry),
    ]),
  )
}

const fateCell = ({ fate }: EntryView) =>
  html`<span class="tag ${tones[fate.kind]}">${fate.text}</span>${fate.reason === '' ? undefined : html` <span class="reason">${fate.reason}</span>`}`

function codeCell({ commit, cdnUrl }: EntryView): Child {
  const code = commit === undefined ? undefined : html`<code title="${commit}">${commit.slice(0, 10)}</code> `
  return html`${code}${cdnUrl === undefined ? undefined : html`<small>${renderAddress(cdnUrl)}</small>`}`
}

const aboutMatches = ({ winMargin, throne }: RoundView) =>
  `Defender against challenger, in the order of judging. The margin is the challenger’s wins less the defender’s, by prompt; at ${signed(winMargin)} the challenger takes over${throne === undefined ? '' : ` if, ${throne}`}.`

function matchTable(round: RoundView): Html {
  const href = (match: number) => (hasMatchPages(round) ? matchPage(round.number, match) : `#match-${match}`)
  return renderTable(
    ['', 'Defender', 'Challenger', 'Prompts', 'Margin'],
    round.matches.map((match) => [
      html`<a href="${href(match.number)}">${match.number}</a>`,
      renderPerson(match.left),
      renderPerson(match.right),
      match.duels.length === 0 ? undefined : tallyBar(tally(match.duels)),
      verdict(match),
    ]),
  )
}

function succession({ leader, beatLeader, chain, winner }: RoundView): Html {
  const start = leader === undefined ? [] : [html`<li>${renderPerson(leader)}</li>`]
  const followers = chain.map(
    (person) =>
      html`<li class="${person.hotkey === winner?.hotkey ? 'crowned' : 'passed'}">${renderPerson(person)}</li>`,
  )
  const beat = beatLeader.map(({ person, rejected }) =>
    rejected
      ? html`<li class="out"><s>${renderPerson(person)}</s> <span class="tag bad">rejected</span></li>`
      : html`<li>${renderPerson(person)}</li>`,
  )
  const held = chain.length === 0 ? html`<p class="muted">Nobody took over.</p>` : undefined
  const nobody = beat.length === 0 ? html`<p class="muted">Nobody beat the leader.</p>` : undefined
  return html`<h3>Beat the leader by the margin, in order of reveal</h3>
${nobody}<ul class="chips">${beat}</ul>
<h3>Took over, one from another</h3>
<ol class="chips chain">${start}${followers}</ol>${held}`
}

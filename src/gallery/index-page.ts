import { crownChart } from './crown-chart.ts'
import { type Html, html } from './html.ts'
import { renderPage } from './page.ts'
import { count, renderPerson, renderPicture, renderSection, renderTable } from './parts.ts'
import { roundPage } from './paths.ts'
import type { CompetitionView, RoundSummary } from './views.ts'

/** The first page: the crown, and every round with its winner. */
export function renderIndex(competition: CompetitionView, rounds: readonly RoundSummary[]): string {
  const { name, description, stage, currentRound, head, crown } = competition
  const steps = crown.map(({ block, person, weight, change }) => [
    html`<code>${block}</code>`,
    renderPerson({ ...person, isLeader: false }),
    weight.toFixed(2),
    change === 'first' ? 'at the start' : change,
  ])
  const body = html`<header><h1>${name}</h1>
<p class="lead">${description}</p>
<p><span class="tag good">${stage.replace('_', ' ')}</span> round ${currentRound} · commit <code>${head.slice(0, 10)}</code></p></header>
${renderSection('The crown', html`${crownChart(crown)}${renderTable(['From block', 'Leader', 'Weight', ''], steps)}`)}
${renderSection('The rounds', html`<div class="rounds">${rounds.map(card)}</div>`)}`
  return renderPage({ title: name, trail: [], body })
}

function card({ number, winner, voided, leader, entries, matches, showcase }: RoundSummary): Html {
  const held = winner?.isLeader === true
  const outcome =
    voided !== undefined
      ? html`<span class="tag bad">void</span> ${voided}`
      : winner === undefined
        ? html`<span class="muted">not decided yet</span>`
        : html`<span class="tag ${held ? 'plain' : 'good'}">${held ? 'defended' : 'won'}</span> ${renderPerson(winner)}`
  const from =
    leader === undefined || held ? undefined : html`<br><span class="muted">against ${renderPerson(leader)}</span>`
  return html`<article class="round">
<h3><a href="${roundPage(number)}">Round ${number}</a></h3>
<p>${outcome}${from}</p>
<div class="mosaic">${showcase.map(
    ({ name, prompt, preview }) =>
      html`<div>${prompt.src === undefined ? undefined : renderPicture(prompt, `prompt ${name}`)}${renderPicture(preview, `the winner’s ${name}`)}</div>`,
  )}</div>
<p class="muted">${count(entries, 'entry', 'entries')}, ${count(matches, 'match', 'matches')}</p>
</article>\n`
}

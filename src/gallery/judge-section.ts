import { type Html, html } from './html.ts'
import { renderSection } from './parts.ts'
import type { JudgeView } from './views.ts'

/** Whether the judge of a round is sane, as its card says. */
export function renderJudge({ judges, facts, outOfBounds, resumed }: JudgeView): Html {
  const state =
    outOfBounds.length === 0
      ? html`<span class="tag good">within bounds</span>`
      : html`<span class="tag bad">out of bounds</span> <span class="reason">${outOfBounds.join('; ')}</span>`
  const act = resumed === undefined ? undefined : html`<p class="muted">Resumed all the same: ${resumed}</p>`
  const list = facts.map(
    ({ name, value, note }) =>
      html`<div><dt>${name}</dt><dd>${value}${note === undefined ? undefined : html`<small>${note}</small>`}</dd></div>`,
  )
  const about = html`${judges.map((judge) => html`<code>${judge}</code> `)}was asked some questions whose answers are known, and some twice.`
  return renderSection('The judge', html`<p>${state}</p>${act}<dl class="facts">${list}</dl>`, about)
}

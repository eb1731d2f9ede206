/** Audits: what a challenger submitted beside what its own code made of the same prompts. */
import { type Html, html } from './html.ts'
import { renderPerson, renderPicture, renderSection } from './parts.ts'
import type { AuditSample, AuditView } from './views.ts'

const tones = { passed: 'good', rejected: 'bad', pending: 'plain' } as const

export function renderAudits(audits: readonly AuditView[]): Html {
  return renderSection(
    'The audits',
    audits.map(renderAudit),
    'The challenger’s own code is run again on the same prompts; it has to make what was submitted. Least alike first.',
  )
}

function renderAudit({ person, outcome, reason, checked, mismatched, median, samples }: AuditView): Html {
  const time = median === null ? '' : `, median ${median.toFixed(1)} s`
  const shown = samples.filter(
    ({ submitted, regenerated }) => submitted.src !== undefined || regenerated.src !== undefined,
  )
  return html`<article class="match">
<h3>${renderPerson(person)} <span class="tag ${tones[outcome]}">${outcome}</span></h3>
<p>${mismatched} of ${checked} prompts differ${time}. <span class="reason">${reason}</span></p>
${shown.length === 0 ? undefined : html`<div class="duels">${shown.map(renderSample)}</div>`}
</article>\n`
}

function renderSample({ name, prompt, submitted, regenerated, distance }: AuditSample): Html {
  return html`<div class="duel"><div class="trio">
<figure>${renderPicture(prompt, `prompt ${name}`)}<figcaption>prompt</figcaption></figure>
<figure>${renderPicture(submitted, `submitted, ${name}`)}<figcaption>submitted</figcaption></figure>
<figure>${renderPicture(regenerated, `made again, ${name}`)}<figcaption>made again</figcaption></figure>
</div><p><code>${name}</code> <span class="words">image distance ${distance.toFixed(3)}</span></p></div>\n`
}

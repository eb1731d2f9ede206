/** One match: who met whom, how it ended, and every duel with its pictures and the judge's words. */
import { type Html, html } from './html.ts'
import { count, renderPerson, renderPicture, renderTable, signed } from './parts.ts'
import type { DuelView, MatchView, Picture } from './views.ts'

export function renderMatch(match: MatchView): Html {
  const { number, left, right, duels, judge } = match
  const judged = judge === undefined ? undefined : html` <span class="muted">judged by ${judge}</span>`
  return html`<article class="match" id="match-${number}">
<h3><span class="muted">${number}</span> ${renderPerson(left)} <span class="vs">vs</span> ${renderPerson(right)}</h3>
<p>${tallyText(duels)} ${verdict(match)}${judged}${stoppedText(match)}</p>
${duels.some(hasPicture) ? duelGrid(duels) : duelList(duels)}
</article>\n`
}

function stoppedText({ stopped }: MatchView): Html | undefined {
  if (stopped === undefined) return undefined
  const left = count(stopped.unasked, 'more duel')
  const why =
    stopped.reason === 'certain'
      ? html`no answer about ${left} could have let the challenger pass`
      : html`that ${left} would let the challenger pass had become improbable (${stopped.reason} test)`
  return html` <span class="muted">Stopped after ${count(stopped.after, 'answer')}: ${why}.</span>`
}

/** The margin, what it means, and whether it counts. */
export function verdict({ margin, counted, takesOver, confirmation, void: out }: MatchView): Html {
  const audited =
    counted === margin ? undefined : html` <span class="muted">(${signed(margin)} before the audit)</span>`
  const tone = out === undefined ? (takesOver ? 'good' : 'plain') : 'bad'
  const [won, held] = confirmation
    ? ['confirmed by the second judge', 'not confirmed by the second judge']
    : ['challenger takes over', 'defender holds']
  const meaning = out ?? (takesOver ? won : held)
  return html`<span class="margin">${signed(counted)}</span>${audited} <span class="tag ${tone}">${meaning}</span>`
}

export interface Tally {
  readonly left: number
  readonly draw: number
  readonly right: number
}

export function tally(duels: readonly DuelView[]): Tally {
  const of = (winner: DuelView['winner']) => duels.filter((duel) => duel.winner === winner && !duel.void).length
  return { left: of('left'), draw: of('draw') + of('skipped'), right: of('right') }
}

function tallyText(duels: readonly DuelView[]): Html {
  if (duels.length === 0) return html`<span class="muted">No report of this match is on record.</span>`
  const { left, draw, right } = tally(duels)
  const voids = duels.filter((duel) => duel.void).length
  const unanswered = voids === 0 ? '' : `, without a verdict ${voids}`
  return html`${count(duels.length, 'prompt')}: defender ${left}, draws ${draw}, challenger ${right}${unanswered}.`
}

const hasPicture = ({ prompt, left, right }: DuelView) => [prompt, left, right].some(({ src }) => src !== undefined)

function duelGrid(duels: readonly DuelView[]): Html {
  return html`<div class="duels">
${duels.map(
  ({ name, prompt, left, right, winner, words, void: isVoid }) => html`<div class="duel">
<div class="trio">
<figure>${renderPicture(prompt, `prompt ${name}`)}<figcaption>prompt</figcaption></figure>
${side('defender', left, name, winner === 'left')}
${side('challenger', right, name, winner === 'right')}
</div>
<p><code class="stem" title="${name}">${name}</code>${winner === 'draw' || winner === 'skipped' ? html` <span class="tag plain">${isVoid ? 'void' : winner}</span>` : undefined}<br>
<span class="words">${words}</span></p>
</div>\n`,
)}</div>`
}

function side(who: string, picture: Picture, name: string, won: boolean): Html {
  const caption = won ? html`${who} <b>wins</b>` : who
  return html`<figure class="${won ? 'won' : 'side'}">${renderPicture(picture, `${who}, ${name}`)}<figcaption>${caption}</figcaption></figure>`
}

const sides = ['prompt', 'left', 'right'] as const
const sideNames = { prompt: 'Prompt', left: 'Defender', right: 'Challenger' } as const
const outcomes = { left: 'defender', right: 'challenger', draw: 'draw', skipped: 'skipped' } as const

/** Without a single picture, a list says more than empty frames; addresses that follow one pattern are said once. */
function duelList(duels: readonly DuelView[]): Html {
  const patterns = { prompt: pattern(duels, 'prompt'), left: pattern(duels, 'left'), right: pattern(duels, 'right') }
  const common = sides.flatMap((key) =>
    patterns[key] === undefined ? [] : [html`<dt>${sideNames[key]}</dt><dd>${patterns[key]}</dd>`],
  )
  const rows = duels.map((duel) => [
    html`<code class="stem" title="${duel.name}">${duel.name}</code>${sides.map((key) => ownAddress(duel[key], patterns[key]))}`,
    html`<span class="outcome-${duel.winner}">${duel.void ? 'void' : outcomes[duel.winner]}</span>`,
    duel.words,
  ])
  return html`<div class="nothing wide"><span>No picture of this match is in the gallery; they are on record at</span>
<dl>${common}</dl></div>
${renderTable(['Prompt', 'Winner', 'Words'], rows)}`
}

const ownAddress = ({ url }: Picture, common: string | undefined) =>
  url === undefined || common !== undefined ? undefined : html`<br><small>${url}</small>`

/** `https://host/leader/{prompt}.png` when all addresses of a side are like that. */
function pattern(duels: readonly DuelView[], key: (typeof sides)[number]): string | undefined {
  const patterns = new Set(duels.flatMap(({ name, [key]: { url } }) => (url ? [url.replace(name, '{prompt}')] : [])))
  return patterns.size === 1 ? [...patterns][0] : undefined
}

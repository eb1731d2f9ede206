/** The crown over time: weight by block as a stepped line, coloured by who wears it. */
import { type Html, html } from './html.ts'
import type { CrownStep } from './views.ts'

const [WIDTH, HEIGHT] = [960, 220]
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 16, 34, 30]
const TONES = 6
/** The last entry has no end yet: it is given this share of the chart. */
const TAIL = 0.15
const LABEL_WIDTH = 130
const MAX_LABEL = 18

export function crownChart(steps: readonly CrownStep[]): Html {
  const [first, last] = [steps[0], steps.at(-1)]
  if (first === undefined || last === undefined) return html`<p class="muted">Nobody has worn the crown yet.</p>`
  const span = Math.max(1, last.block - first.block)
  const end = last.block + span * TAIL
  const x = (block: number) => LEFT + ((block - first.block) / (end - first.block)) * (WIDTH - LEFT - RIGHT)
  const y = (weight: number) => TOP + (1 - Math.min(1, Math.max(0, weight))) * (HEIGHT - TOP - BOTTOM)
  const hotkeys = [...new Set(steps.map(({ person }) => person.hotkey))]
  const bars = steps.map((step, i) => {
    const [from, to] = [x(step.block), x(steps[i + 1]?.block ?? end)]
    const top = y(step.weight)
    const tone = `tone-${hotkeys.indexOf(step.person.hotkey) % TONES}`
    const about = `${step.person.repo ?? ''} ${step.person.hotkey}: weight ${step.weight} from block ${step.block}`
    return html`<g class="${tone}"><title>${about}</title>
<rect x="${px(from)}" y="${px(top)}" width="${px(Math.max(1, to - from))}" height="${px(y(0) - top)}"/>
<line x1="${px(from)}" x2="${px(to)}" y1="${px(top)}" y2="${px(top)}"/></g>\n`
  })
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="weight of the leader by block">
${[0, 0.5, 1].map(
  (weight) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(weight))}" y2="${px(y(weight))}"/>
<text class="axis" x="${LEFT - 8}" y="${px(y(weight) + 4)}" text-anchor="end">${weight.toFixed(1)}</text>\n`,
)}${bars}${labels(steps, x, y)}</svg>`
}

/** Names where the crown changes hands, and blocks below, as long as there is room. */
function labels(steps: readonly CrownStep[], x: (block: number) => number, y: (weight: number) => number): Html[] {
  let free = 0
  return steps.flatMap((step) => {
    const at = x(step.block)
    if (step.change === 'defended' || at < free) return []
    free = at + LABEL_WIDTH
    const name = step.person.repo?.split('/')[0] ?? step.person.hotkey
    return [
      html`<text class="name" x="${px(at + 4)}" y="${px(y(step.weight) - 8)}">${name.slice(0, MAX_LABEL)}</text>
<text class="axis" x="${px(at)}" y="${HEIGHT - 8}">${step.block}</text>\n`,
    ]
  })
}

const px = (value: number) => Number(value.toFixed(1))

import { type Html, html } from './html.ts'
import type { Tally } from './match-section.ts'

const [WIDTH, HEIGHT] = [180, 14]

/** Wins of the defender, draws, wins of the challenger, as shares of one bar. */
export function tallyBar({ left, draw, right }: Tally): Html {
  const all = Math.max(1, left + draw + right)
  const width = (n: number) => Number(((n / all) * WIDTH).toFixed(1))
  const text = `defender ${left}, draws ${draw}, challenger ${right}`
  return html`<svg class="bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${text}"><title>${text}</title>
<rect class="left" width="${width(left)}" height="${HEIGHT}"/>
<rect class="draw" x="${width(left)}" width="${width(draw)}" height="${HEIGHT}"/>
<rect class="right" x="${width(left + draw)}" width="${width(right)}" height="${HEIGHT}"/></svg> <span class="counts">${left} · ${draw} · ${right}</span>`
}

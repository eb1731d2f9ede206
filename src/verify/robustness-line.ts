import type { DecisiveMargin } from '../rules/robustness.ts'
import type { Pairing } from '../rules/timeline.ts'
import type { RoundRobustness } from './robustness.ts'

/** The decisive match that fewest verdicts turn. */
export function thinnest({ margins }: Pick<RoundRobustness, 'margins'>): DecisiveMargin | undefined {
  const flips = (margin: DecisiveMargin) => margin.flips ?? Number.POSITIVE_INFINITY
  return margins.reduce<DecisiveMargin | undefined>(
    (thin, each) => (thin === undefined || flips(each) < flips(thin) ? each : thin),
    undefined,
  )
}

/**
 * For a terminal: `another would win with 2 of 640 verdicts changed (leader vs 5F4HaNQJAX); margin 0.055, 95 % interval
 * −0.01…0.12; among equals the crown would change hands with chance 0.71`. No line break parts `95 % interval`.
 */
export function robustnessLine(round: RoundRobustness): string {
  const { audits, false_king, flips, margins } = round
  const turned = flips?.turned.map(namesOf) ?? []
  const thin = margins.find((margin) => turned.includes(namesOf(margin))) ?? thinnest(round)
  return [
    verdictsLine(round),
    ...(thin === undefined ? [] : [marginLine(thin)]),
    ...(audits.pending.length > 0 && audits.survives !== null
      ? [audits.survives ? 'whatever the open audits bring' : 'open audits could change it']
      : []),
    ...(false_king === null
      ? []
      : [`among equals the crown would change hands with chance ${false_king.chance.toFixed(2)}`]),
  ].join('; ')
}

function verdictsLine({ flips, verdicts, audits, winner }: RoundRobustness): string {
  if (audits.survives === null) return `${short(winner)} does not follow from the matches and audits on record`
  if (flips === null) return `nobody else would win, whatever the verdicts (${verdicts} on record)`
  const turned = flips.turned.map(namesOf)
  const where = turned.length > 0 ? ` (${turned.join(', ')})` : ''
  const what = flips.winner === null ? 'nobody could tell who wins' : 'another would win'
  return `${what} with ${flips.least} of ${verdicts} verdicts changed${where}`
}

function marginLine({ margin, interval }: DecisiveMargin): string {
  const range =
    interval === null ? '' : `, 95\u00a0%\u00a0interval ${interval.map((x) => minus(x.toFixed(2))).join('…')}`
  return `margin ${minus(margin.toFixed(3))}${range}`
}

const namesOf = ({ left, right, confirmation }: Pairing) =>
  `${short(left)} vs ${short(right)}${confirmation ? ' before the second judge' : ''}`

const minus = (text: string) => text.replace(/^-(0\.0+)$/, '$1').replace('-', '−')
const short = (hotkey: string) => hotkey.slice(0, 10)

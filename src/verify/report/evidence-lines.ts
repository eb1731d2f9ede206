/** What was found of the evidence, in lines for people. Pure. */
import type { Report } from './schema.ts'
import { counted, plain } from './text.ts'

type Evidence = Report['evidence']
type Tally = NonNullable<Evidence['previews']>
type Agreement = Pick<NonNullable<Evidence['rejudged']>, 'asked' | 'agreed' | 'interval'>

/** The numbers are about what is new only, where something was verified before or is trusted. */
export function evidenceLines({ evidence, earlier, since }: Pick<Report, 'evidence' | 'earlier' | 'since'>): string[] {
  const { store, found, published, named, objects, previews, distances, verdicts, rejudged } = evidence
  if (named === 0) return []
  const all = `${counted(named, 'object')} named by digest${earlier === null && since === null ? '' : ' in what is new'}`
  if (store === null || objects === null) {
    const how =
      published === null ? 'say with --store where they are' : `--store ${plain(published)} would, says the record`
    return [`${all}, and not looked at: ${how}`]
  }
  const where = `${plain(store)}${found ? ', which was found beside the competition (--no-store leaves it out)' : ''}`
  return [
    `${all}: ${objectsText(objects)}, in ${where}`,
    ...tallyLine(previews, 'model', 'drawn again'),
    ...tallyLine(distances, 'distance', 'measured again'),
    ...tallyLine(verdicts, 'verdict', 'followed again from the judge’s answers'),
    ...(rejudged === null ? [] : rejudgedLines(rejudged)),
  ]
}

function objectsText({ good, known, missing, damaged, unfetched }: NonNullable<Evidence['objects']>) {
  const parts = [
    `${good} fetched and as recorded`,
    ...(known > 0 ? [`${known} known from before`] : []),
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...(damaged > 0 ? [`${damaged} damaged`] : []),
    ...(unfetched > 0 ? [`${unfetched} could not be looked at`] : []),
  ]
  return parts.join(', ')
}

function tallyLine(tally: Tally | null, what: string, done: string): string[] {
  if (tally === null || tally.recorded === 0) return []
  const { recorded, checked, equal, believed } = tally
  const rest = recorded - checked - believed
  const parts = [
    `${checked} ${done}`,
    ...(checked === 0 ? [] : [equal === checked ? 'all as recorded' : `${checked - equal} not as recorded`]),
    ...(believed > 0 ? [`${believed} must be believed`] : []),
    ...(rest > 0 ? [`${rest} not possible, for want of the evidence`] : []),
  ]
  return [`${counted(recorded, what)}: ${parts.join(', ')}`]
}

function rejudgedLines(rejudged: NonNullable<Evidence['rejudged']>): string[] {
  const { judge, judged, drawn, unanswered, failure, rounds, voids } = rejudged
  const silent = unanswered === 0 ? '' : `, ${unanswered} of them without an answer`
  const apart = rounds.filter(({ asked, agreed }) => agreed < asked)
  return [
    `${plain(judge)} asked again about ${drawn} of ${counted(judged, 'duel')}${silent}: ${agreementText(rejudged)}`,
    ...(failure === null ? [] : [`  it could not be asked any further: ${plain(failure)}`]),
    ...apart.map((each) => `  round ${each.round}: ${agreementText(each)}`),
    ...(voids.asked === 0
      ? []
      : [`  and about ${voids.asked} of ${voids.recorded} without a verdict: ${voids.answered} got one now`]),
  ]
}

const agreementText = ({ asked, agreed, interval: [low, high] }: Agreement) =>
  `${agreed} of ${asked} answers as recorded (95 % interval ${percent(low)}–${percent(high)} %)`
const percent = (value: number) => (100 * value).toFixed(0)

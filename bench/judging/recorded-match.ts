/** A match on record, to be judged again by a judge that answers from the record. */
import type { OpenDuel } from '../../src/formats/generation-3d/duels.ts'
import { type Settled, scoreOf } from '../../src/rules/match.ts'
import type { Duel, MatchReport, Output, Outputs } from '../../src/state/index.ts'

/** What the product and the original say of a duel that they did not show to a judge. */
const SETTLED = /^(No previews? for |Generation time exceeded|Identical (models|previews)|void: )/

/** Whether a judge was asked, going by the duel alone: outputs may have been replaced since. */
export function wasAsked({ left_png, right_png, issues, transcript }: Duel): boolean {
  if (transcript !== undefined) return true
  return Boolean(left_png) && Boolean(right_png) && !SETTLED.test(issues)
}

/** @param free whether two sides that are on record as the same need no judge */
export function openMatch(report: MatchReport, outputs: { left: Outputs; right: Outputs }, free: boolean): OpenDuel[] {
  return report.duels.map((duel) => {
    const { name, prompt, left_glb, left_png, right_glb, right_png, winner, issues } = duel
    const left = shown(outputs.left[name], left_png)
    const right = shown(outputs.right[name], right_png)
    const alike = free && isSame(left, right)
    const settled: Settled | undefined = !wasAsked(duel)
      ? { winner, issues }
      : alike
        ? { winner: 'draw', issues: 'Identical previews' }
        : undefined
    const frame = { name, prompt, left_glb, left_png, right_glb, right_png }
    return { prompt: { stem: name, url: prompt }, left, right, frame, settled }
  })
}

/** What the record has of an output, if it is still the one that was judged. */
const shown = (output: Output | undefined, png: string | null) => (output?.png === png ? output : undefined)

const isSame = (left: Output | undefined, right: Output | undefined) =>
  (left?.glb_sha256 !== undefined && left.glb_sha256 === right?.glb_sha256) ||
  (left?.png_sha256 !== undefined && left.png_sha256 === right?.png_sha256)

/** The report that comes of what was asked. */
export function reportOf(
  report: MatchReport,
  open: readonly OpenDuel[],
  heard: ReadonlyMap<string, Duel>,
): MatchReport {
  const duels = report.duels.flatMap((duel, i) => {
    const settled = open[i]?.settled
    return settled === undefined ? (heard.get(duel.name) ?? []) : [{ ...duel, ...settled }]
  })
  const { stopped: _, ...rest } = report
  return { ...rest, ...scoreOf(duels), duels }
}

/** Duels that cost something. */
export const askedIn = ({ duels }: MatchReport): number => duels.filter(wasAsked).length

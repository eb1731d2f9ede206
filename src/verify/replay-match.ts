/** One match again: what its duels were about, which of them needed no judge, and what they add up to. */
import { duelsOf, inOrder, type OpenDuel } from '../formats/generation-3d/duels.ts'
import { promptsOf } from '../formats/generation-3d/prompts.ts'
import { outputsOf, type RoundFiles } from '../formats/generation-3d/record.ts'
import { isIdentityOf } from '../judge/reduce.ts'
import { isSha256Hex } from '../rules/digest.ts'
import { isUndecided, scoreOf } from '../rules/match.ts'
import { type Duel, files, LEADER, type MatchReport } from '../state/index.ts'
import { believing, type Compared, compare, refuted } from './compare.ts'
import { differencesOf } from './differences.ts'
import { walk } from './replay-course.ts'

export interface Score {
  readonly left: string
  readonly right: string
  readonly score: number
  readonly margin: number
  /** In the matrix. */
  readonly row: number
}

const PREFIX = 'sha256:'

/** @param row the margin that the matrix has */
export async function replayMatch(round: RoundFiles, report: MatchReport, row: number): Promise<Compared<Score>> {
  const { left, right, score, margin, duels } = report
  const again = scoreOf(duels)
  const compared = compare<Score>(
    { left, right, score, margin, row },
    { left, right, score: again.score, margin: again.margin, row: again.margin },
  )
  if (compared.equal === false) return compared
  const stranger = await strangerIn(round, report)
  if (stranger !== undefined) return refuted(compared, stranger)
  const outputs = { left: await outputsOf(round, left), right: await outputsOf(round, right) }
  const all = duelsOf(round.config, await promptsOf(round), outputs)
  const { seed = 0 } = (await round.snapshot.find(files.seed, round.number)) ?? {}
  const walked = walk({ config: round.config, seed, left, right, outputs: outputs.left, duels: all }, report)
  if (walked.problem !== undefined) return refuted(compared, walked.problem.note, walked.problem.differences)
  const asked = all.filter(({ frame }) => !walked.unasked.has(frame.name))
  const open = inOrder(asked.map((duel) => ({ name: duel.frame.name, duel }))).map(({ duel }) => duel)
  const isInOrder = duels.length === open.length && duels.every(({ name }, i) => name === open[i]?.frame.name)
  const names = isInOrder ? [] : differencesOf(namesOf(duels), namesOf(open.map(({ frame }) => frame)))
  if (names.length > 0) return refuted(compared, 'its duels are not about the prompts of the round, in order', names)
  const v1 = round.config.rules === 'v1'
  if (v1 && !report.judge && open.some(({ settled }) => settled === undefined))
    return refuted(compared, 'it does not name the judge')
  if (report.judge_identity !== undefined && !isIdentityOf(report.judge, report.judge_identity))
    return refuted(compared, 'the identity that it publishes is not what the judge’s id is a digest of')
  const wrong = duels.flatMap((duel, i) =>
    problemsOf(duel, open[i] as OpenDuel, v1).map((each) => `${duel.name} ${each}`),
  )
  if (wrong.length > 0) return refuted(compared, 'a duel is not what the record makes of it', wrong.slice(0, 5))
  if (isUndecided(duels)) return refuted(compared, 'too many of its duels are void for the others to decide it')
  return believing(compared, believedOf(duels, open, v1))
}

/** Only those who entered take part. */
async function strangerIn({ snapshot, number }: RoundFiles, { left, right }: MatchReport): Promise<string | undefined> {
  const entries = (await snapshot.find(files.submissions, number)) ?? {}
  const stranger = [left, right].find((side, i) => !(i === 0 && side === LEADER) && !Object.hasOwn(entries, side))
  if (stranger !== undefined) return `${stranger} did not enter round ${number}`
  return left === right ? `${left} meets itself` : undefined
}

function problemsOf(duel: Duel, { frame, settled }: OpenDuel, v1: boolean): string[] {
  const { winner, issues, transcript, prompt_sha256, pair, void: cause } = duel
  const wrong = shows(duel, frame) ? [] : differencesOf(shownBy(duel, frame), frame)
  if (cause !== undefined && winner !== 'skipped') wrong.push('is void, and has a winner')
  if (cause !== undefined && pair !== undefined) wrong.push('is void, and has outcomes')
  if (settled !== undefined) {
    // Whatever no judge said cannot be void either: that would take a lost duel out of the margin.
    const judged = { pair, void: cause, ...(v1 ? { transcript } : {}) }
    const none = { pair: undefined, void: undefined, ...(v1 ? { transcript: undefined } : {}) }
    return [...wrong, ...differencesOf({ winner, issues, ...judged }, { ...settled, ...none })]
  }
  if (!v1) return wrong
  if (winner === 'skipped' && cause === undefined) wrong.push('was skipped, though a judge had to look')
  if (!transcript?.startsWith(PREFIX) || !isSha256Hex(transcript.slice(PREFIX.length)))
    wrong.push('names no answer of the judge')
  if (!isSha256Hex(prompt_sha256 ?? '')) wrong.push('does not name the picture that the judge was shown')
  return wrong
}

const namesOf = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name)

const shows = (duel: Duel, frame: OpenDuel['frame']) =>
  duel.name === frame.name &&
  duel.prompt === frame.prompt &&
  duel.left_glb === frame.left_glb &&
  duel.left_png === frame.left_png &&
  duel.right_glb === frame.right_glb &&
  duel.right_png === frame.right_png

const shownBy = (duel: Duel, frame: OpenDuel['frame']) =>
  Object.fromEntries(Object.keys(frame).map((key) => [key, duel[key]]))

/** What nobody can look up. */
function believedOf(duels: readonly Duel[], open: readonly OpenDuel[], v1: boolean): string | undefined {
  const judged = open.filter(({ settled }) => settled === undefined)
  if (judged.length === 0) return undefined
  const isNamed = ({ transcript, prompt_sha256 }: Duel) => transcript !== undefined && prompt_sha256 !== undefined
  const unnamed = duels.filter((duel, i) => open[i]?.settled === undefined && !isNamed(duel)).length
  if (unnamed > 0) return `the judge, whose answers are not on record: ${unnamed} of ${duels.length} duels`
  const isHashed = ({ left, right }: OpenDuel) => left?.png_sha256 !== undefined && right?.png_sha256 !== undefined
  if (judged.every(isHashed)) return undefined
  return v1 ? 'that the outputs are those that were judged: they have no digests' : 'which pictures were judged'
}

/** What the judge had to be asked in a match to see whether it is sane: by the seed, about pictures that are on record. */
import { canariesOf, retestsOf } from '../../../formats/generation-3d/canaries.ts'
import { duelsOf, type OpenDuel } from '../../../formats/generation-3d/duels.ts'
import { promptsOf } from '../../../formats/generation-3d/prompts.ts'
import { outputsOf } from '../../../formats/generation-3d/record.ts'
import { isSha256Hex } from '../../../rules/digest.ts'
import { hasCard } from '../../../rules/judge-card.ts'
import { MATCH_NAME_LENGTH, type MatchReport } from '../../../state/duels.ts'
import { files } from '../../../state/files.ts'
import type { JudgeCheck, JudgeChecks } from '../../../state/judge-checks.ts'
import { type Compared, compare, refuted } from '../../compare.ts'
import { differencesOf } from '../../differences.ts'
import type { Check, Step } from '../../step.ts'
import { made } from '../made.ts'
import { readably } from '../touched.ts'

export const judgeChecks = (): Check => ({
  name: 'what the judge was asked besides',
  async step(step, report) {
    const seen = new Set<string>()
    for (const { path: touched, located } of step.changed) {
      if (located?.file !== files.duels && located?.file !== files.judgeChecks) continue
      const [round, left, right] = located.args as [number, string, string]
      const path = files.judgeChecks.path(round, left, right)
      if (seen.has(path)) continue
      seen.add(path)
      await readably(touched, report, async () => {
        const compared = await replayChecks(step, round, left, right)
        if (compared === undefined) return
        const subject = `${left} vs ${right.slice(0, MATCH_NAME_LENGTH)}`
        report.decision(made({ kind: 'judge-checks', round, subject, path }, compared))
      })
    }
  },
})

/** What was drawn: the answers are the judge's. */
type Drawn = Pick<JudgeCheck, 'kind' | 'name' | 'changed'>

const drawnOf = ({ kind, name, changed }: Drawn): Drawn => ({
  ...{ kind, name },
  ...(changed && { changed }),
})

/** @returns undefined where nothing had to be asked, and nothing was */
async function replayChecks(
  { after, config }: Step,
  number: number,
  leftName: string,
  right: string,
): Promise<Compared<Drawn[]> | undefined> {
  const report = await after.find(files.duels, number, leftName, right)
  const recorded = await after.find(files.judgeChecks, number, leftName, right)
  if (config === undefined || report === undefined) return recorded && stray(recorded, 'it has no match report')
  const isDue = hasCard(config.judging) && report.duels.some(({ transcript }) => transcript !== undefined)
  if (!isDue) return recorded && stray(recorded, 'the competition does not ask for it')
  const round = { snapshot: after, config, number }
  const { left } = report
  const outputs = { left: await outputsOf(round, left), right: await outputsOf(round, right) }
  const duels = duelsOf(config, await promptsOf(round), outputs)
  const { seed = 0 } = (await after.find(files.seed, number)) ?? {}
  const draw = { seed, left, right }
  const due: Drawn[] = [
    ...canariesOf(config.judging, draw, duels).map(drawnOf),
    ...retestsOf(config.judging, draw, report.duels).map(({ name }) => ({ kind: 'retest' as const, name })),
  ]
  if (recorded === undefined)
    return { ...compare<Drawn[]>(undefined, due), equal: false, note: 'what the judge was asked besides is missing' }
  const compared = compare(recorded.checks.map(drawnOf), due)
  if (compared.equal !== true)
    return refuted(compared, 'by the seed other questions had to be asked', compared.differences)
  const wrong = [...wrongHead(recorded, report), ...recorded.checks.flatMap((check) => wrongIn(check, duels))]
  return wrong.length === 0 ? compared : refuted(compared, 'a question is not as it had to be', wrong.slice(0, 5))
}

const stray = ({ checks }: JudgeChecks, note: string): Compared<Drawn[]> =>
  refuted(compare<Drawn[]>(checks.map(drawnOf), undefined), note)

const wrongHead = ({ left, right, judge }: JudgeChecks, report: MatchReport) =>
  differencesOf({ left, right, judge }, { left: report.left, right: report.right, judge: report.judge })

function wrongIn(check: JudgeCheck, duels: readonly OpenDuel[]): string[] {
  const { name, kind, changed, winner, transcript, void: cause, pair } = check
  const duel = duels.find(({ frame }) => frame.name === name)
  const say = (what: string) => `${kind} ${name} ${what}`
  if (duel === undefined) return [say('is about no prompt of the match')]
  const wrong: string[] = []
  for (const side of ['left', 'right'] as const) {
    const shown = check[`${side}_png_sha256`]
    const original = duel[kind === 'retest' ? side : 'left']?.png_sha256
    if (!isSha256Hex(shown)) wrong.push(say(`does not name the picture on the ${side}`))
    else if (side === changed && shown === original) wrong.push(say(`shows the original twice`))
    else if (side !== changed && original !== undefined && shown !== original)
      wrong.push(say(`shows another picture on the ${side} than is on record`))
  }
  if (check.prompt !== duel.prompt.url) wrong.push(say('is about another prompt image'))
  if (!transcript?.startsWith('sha256:') || !isSha256Hex(transcript.slice(7)))
    wrong.push(say('names no answer of the judge'))
  if (!isSha256Hex(check.prompt_sha256 ?? '')) wrong.push(say('does not name the prompt image'))
  if ((winner === 'skipped') !== (cause !== undefined) || (cause !== undefined && pair !== undefined))
    wrong.push(say('is void, and is not'))
  return wrong
}

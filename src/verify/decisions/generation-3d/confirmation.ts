/** What the second judge made of a would-be king: by the judge that was named in advance, and of nobody else. */
import { type Timeline, timeline } from '../../../rules/timeline.ts'
import type { Config } from '../../../state/config.ts'
import type { MatchReport } from '../../../state/duels.ts'
import { files } from '../../../state/files.ts'
import { LEADER } from '../../../state/winner.ts'
import { type Compared, refuted } from '../../compare.ts'
import { replayMatch, type Score } from '../../replay-match.ts'
import { reportsOf, rescored } from '../../replay-matches.ts'
import { timelineInput } from '../../replay-round.ts'
import type { Check, Step } from '../../step.ts'
import { made } from '../made.ts'
import { readably } from '../touched.ts'

export const confirmation = (): Check => ({
  name: 'confirmations',
  async step(step, report) {
    const { changed, after, config } = step
    if (config === undefined) return
    for (const { path, located, after: now } of changed) {
      if (located?.file !== files.confirmation || now === undefined) continue
      const [round, hotkey] = located.args as [number, string]
      await readably(path, report, async () => {
        const compared = await replayConfirmation(
          step,
          config,
          round,
          hotkey,
          await after.read(files.confirmation, round, hotkey),
        )
        report.decision(made({ kind: 'confirmation', round, subject: hotkey, path }, compared))
      })
    }
  },
})

async function replayConfirmation(
  { after }: Step,
  config: Config,
  round: number,
  hotkey: string,
  report: MatchReport,
): Promise<Compared<Score>> {
  const compared = await replayMatch({ snapshot: after, config, number: round }, report, report.margin)
  if (compared.equal === false) return compared
  const { left, right, judge } = report
  if (left !== LEADER || right !== hotkey) return refuted(compared, `it is about ${left} vs ${right}`)
  const { throne, throne_judge: named } = config.judging ?? {}
  if (throne !== 'familywise' || named === undefined) return refuted(compared, 'the rules ask for no second judge')
  if (judge !== named) return refuted(compared, `it is by ${judge ?? 'nobody'}, and config.json names ${named}`)
  const first = await after.find(files.duels, round, LEADER, hotkey)
  if (first?.judge === named) return refuted(compared, `${named} confirms itself: it was the first judge as well`)
  const { next } = await withoutIt({ after }, config, round, hotkey)
  if (next?.confirmation && next.right === hotkey) return compared
  return refuted(compared, 'nobody was to be asked about it: it would not have been king')
}

/** How the round stood before this was heard; whoever an audit threw out in the same commit was in it still. */
async function withoutIt(
  { after }: Pick<Step, 'after'>,
  config: Config,
  round: number,
  hotkey: string,
): Promise<Timeline> {
  const matrix = (await after.find(files.matrix, round)) ?? []
  const entries = (await after.find(files.submissions, round)) ?? {}
  const margins = rescored(matrix, await reportsOf(after, round, matrix))
  const line = await timelineInput(after, config, round, entries, margins)
  return timeline({
    ...line,
    secondOpinion: (each) => (each === hotkey ? undefined : line.secondOpinion?.(each)),
    rejected: new Set([...line.rejected].filter((each) => each !== hotkey)),
  })
}

/** Who takes part: selected again from every reveal that the chain held when the window closed. */
import { files } from '../../state/files.ts'
import { replaySubmissions } from '../replay-opening.ts'
import type { Check } from '../step.ts'
import { isPlayedHere } from './format.ts'
import { made } from './made.ts'
import { eachChanged } from './touched.ts'

export const submissions = (): Check => ({
  name: 'submissions',
  async step(step, report) {
    await eachChanged(step, [files.submissions, files.reveals], report, async ({ round, config }) => {
      const entries = await step.after.find(files.submissions, round)
      if (entries === undefined || !isPlayedHere(config)) return
      const compared = await replaySubmissions(step.after, config, round, entries)
      report.decision(made({ kind: 'submissions', round, path: files.submissions.path(round) }, compared))
    })
  },
})

/** The seed: from the public randomness that the schedule named beforehand, and from who takes part. */
import { files } from '../../state/files.ts'
import { replaySeed } from '../replay-opening.ts'
import type { Check } from '../step.ts'
import { made } from './made.ts'
import { eachChanged } from './touched.ts'

export const seed = (): Check => ({
  name: 'seeds',
  async step(step, report) {
    await eachChanged(step, [files.seed], report, async ({ round, path, config }) => {
      const compared = await replaySeed(step.after, config, round)
      report.decision(made({ kind: 'seed', round, path }, compared))
    })
  },
})

/** The seed: from the public randomness that the schedule named beforehand, and from who takes part. */
import { files } from '../../state/files.ts'
import { type Compared, refuted } from '../compare.ts'
import { replaySeed } from '../replay-opening.ts'
import type { Check, Step } from '../step.ts'
import { headOf } from './head.ts'
import { made } from './made.ts'
import { eachChanged } from './touched.ts'

export const seed = (): Check => ({
  name: 'seeds',
  async step(step, report) {
    await eachChanged(step, [files.seed, files.submissions], report, async ({ round, config }) => {
      if ((await step.after.text(files.seed.path(round))) === undefined) return
      const compared = await atItsBlock(step, round, await replaySeed(step.after, config, round))
      report.decision(made({ kind: 'seed', round, path: files.seed.path(round) }, compared))
    })
  },
})

/** What a seed says of when it was published, and what its commit says. */
async function atItsBlock<T>(step: Step, round: number, compared: Compared<T>): Promise<Compared<T>> {
  const { after, trailers, changed, before } = step
  const head = headOf(trailers)
  const published = (await after.find(files.seed, round))?.published_at_block
  // Its randomness is public, but nobody can look it up here: what was published first is what counts.
  const old = step.strict ? await before.find(files.seed, round) : undefined
  if (compared.equal !== false && old !== undefined && old.value !== (await after.find(files.seed, round))?.value)
    return refuted(compared, 'a seed of other randomness had been published')
  const isNew = changed.some(({ path }) => path === files.seed.path(round))
  if (compared.equal === false || !isNew || head === undefined || published === undefined) return compared
  if (published === head.number) return compared
  return refuted(compared, `published at block ${published}, but its commit was made at block ${head.number}`)
}

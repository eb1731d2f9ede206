/** The prompts: those carried over from the round before, and those drawn from the pool as it was that day. */
import type { Records } from '../../../engine/records.ts'
import { files } from '../../../state/files.ts'
import { believing, type Compared, demanded, refuted } from '../../compare.ts'
import { drawn, NO_POOL } from '../../replay-prompts.ts'
import type { Check, Step } from '../../step.ts'
import { made } from '../made.ts'
import { eachChanged } from '../touched.ts'

export const prompts = (): Check => ({
  name: 'prompts',
  async step(step, report) {
    await eachChanged(step, [files.prompts], report, async ({ round, path, config }) => {
      const { carryover, prompts: all } = await drawn(step.after, config, await poolOf(step), round)
      const compared = compareDraw(carryover, all, step.strict || step.trailers.Engine !== undefined)
      const most = config.prompts_per_round
      const isTooMany = (all.recorded?.length ?? 0) > most
      const result = isTooMany ? refuted(compared, `${all.recorded?.length} prompts instead of ${most}`) : compared
      report.decision(made({ kind: 'prompts', round, path }, result))
    })
  },
})

/** As of the parent: that is what the engine draws from. */
async function poolOf({ before, after }: Step): Promise<readonly string[]> {
  const pool = (records: Records) => records.find(files.pool)
  return (await pool(before)) ?? (await pool(after)) ?? []
}

/** @param isPoolKnown older histories do not hold the pool, or cut it by hand */
function compareDraw(carryover: Compared<string[]>, all: Compared<string[]>, isPoolKnown: boolean): Compared<string[]> {
  if (carryover.equal === false)
    return refuted(all, 'those of the round before are not the ones that the seed draws', carryover.differences)
  if (isPoolKnown || all.equal !== false) return demanded(all, isPoolKnown)
  return believing({ ...all, recomputed: null, equal: true }, NO_POOL)
}

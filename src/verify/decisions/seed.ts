import { files } from '../../state/files.ts'
import { levelOf } from '../decision.ts'
import { replaySeed } from '../replay-opening.ts'
import type { Check } from '../step.ts'

export const seed = (): Check => ({
  name: 'seeds',
  async step({ changed, after, config }, report) {
    for (const { path, located, after: now } of changed) {
      if (located?.file !== files.seed || now === undefined || config === undefined) continue
      const round = located.args[0] as number
      const compared = await replaySeed(after, config, round)
      const { recorded, recomputed, note, differences } = compared
      const level = levelOf(compared, undefined)
      report.decision({
        kind: 'seed',
        round,
        level,
        path,
        recorded,
        recomputed,
        ...(note ? { note } : {}),
        ...(differences ? { differences } : {}),
      })
    }
  },
})

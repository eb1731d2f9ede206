/** What luck does to the throne, under the rule that config.json has. */
import { configProblems } from '../../engine/founding-problems.ts'
import { throneOutlook } from '../../engine/throne-outlook.ts'
import { files } from '../../state/index.ts'
import { type Check, ok, skipped, warn } from '../check.ts'
import type { Setup } from '../setup.ts'

export const throneCheck: Check<Setup> = {
  id: 'throne',
  title: 'Rule of the throne',
  async run(setup) {
    const config = await (await setup.snapshot()).read(files.config)
    if (configProblems(config).length > 0) return skipped('config.json has to be mended first')
    const { summary, concerns } = throneOutlook(config)
    const told = `${config.judging?.throne ?? 'fixed'}, margin ${config.win_margin}: ${summary}`
    if (concerns.length === 0) return ok(told)
    return warn(told, `${concerns.join(' ')} \`roundkeeper power\` compares the rules, and what each costs.`)
  },
}

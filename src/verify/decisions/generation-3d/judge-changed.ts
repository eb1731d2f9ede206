/** Whether the judge is the one that the matches of the round before it had. */
import { files } from '../../../state/files.ts'
import type { Check } from '../../step.ts'
import { readably } from '../touched.ts'

export const judgeChanged = (): Check => ({
  name: 'changes of the judge',
  async step({ changed, before, after }, report) {
    for (const { path, located, before: old, after: now } of changed) {
      if (located?.file !== files.duels || old !== undefined || now === undefined) continue
      const [round, left, right] = located.args as [number, string, string]
      await readably(path, report, async () => {
        const last = ((await before.find(files.matrix, round)) ?? []).at(-1)
        const was = last && (await before.find(files.duels, round, last.left, last.right))
        const is = await after.find(files.duels, round, left, right)
        if (was?.judge === undefined || is?.judge === undefined || was.judge === is.judge) return
        const message = `Round ${round}: from this match on it is judged by ${is.judge}; the one before was judged by ${was.judge}.`
        report.finding('judge/changed', path, message)
      })
    }
  },
})

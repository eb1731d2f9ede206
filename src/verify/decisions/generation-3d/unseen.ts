/** Unseen prompts: those that were drawn, all of them and in their order, and no answer that contradicts itself. */
import { isDeepStrictEqual } from 'node:util'
import { settingsOf } from '../../../formats/generation-3d/settings.ts'
import { unseenOf } from '../../../formats/generation-3d/unseen.ts'
import type { Config } from '../../../state/config.ts'
import { files } from '../../../state/files.ts'
import { promptName, who } from '../../checks/words.ts'
import type { Check, Step } from '../../step.ts'
import { readably } from '../touched.ts'
import { wrongObject, wrongTries } from './outputs.ts'

export const unseen = (): Check => ({
  name: 'unseen prompts',
  async step(step, report) {
    const { changed, config } = step
    if (config === undefined) return
    for (const { path, located, after } of changed) {
      if (after === undefined || located?.file !== files.unseen) continue
      const [round, hotkey] = located.args as [number, string]
      await readably(path, report, async () => {
        const [first] = await problemsIn(step, config, round, hotkey)
        if (first === undefined) return
        report.finding('record/output', path, `Round ${round}, unseen prompts of ${who(hotkey)}: ${first}.`)
      })
    }
  },
})

async function problemsIn({ after }: Step, config: Config, round: number, hotkey: string): Promise<string[]> {
  const settings = settingsOf(config)
  const answers = Object.entries((await after.find(files.unseen, round, hotkey)) ?? {})
  const asked = answers.map(([stem, { prompt: url, seed }]) => ({ stem, url, seed }))
  if (!isDeepStrictEqual(asked, await unseenOf({ snapshot: after, config, number: round }, hotkey)))
    return ['they are not those that are drawn from its seed and from what was submitted']
  return answers.flatMap(([stem, output]) => {
    const { attempts, distance } = output
    const wrong = [...wrongObject(output, settings), ...wrongTries(output)]
    if (attempts > settings.generation_attempts || distance !== 0) wrong.push(`${attempts} attempts, ${distance} away`)
    return wrong.map((each) => `${promptName(stem)}: ${each}`)
  })
}

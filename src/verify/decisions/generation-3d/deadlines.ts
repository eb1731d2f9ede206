/** What was there at the deadline: asked in time, for the right files, and told without contradiction. */
import type { Records } from '../../../engine/records.ts'
import { promptsOf } from '../../../formats/generation-3d/prompts.ts'
import { settingsOf } from '../../../formats/generation-3d/settings.ts'
import { wrongSight } from '../../../rules/deadline.ts'
import { deadlineOf } from '../../../rules/schedule.ts'
import { type Config, type Deadline, files } from '../../../state/index.ts'
import { counted, listed, promptName, who } from '../../checks/words.ts'
import type { Check, Step } from '../../step.ts'
import { headOf } from '../head.ts'
import { readably } from '../touched.ts'

export const deadlines = (): Check => ({
  name: 'deadlines',
  async step(step, report) {
    const { changed, config } = step
    if (config === undefined) return
    for (const { path, located, after } of changed) {
      if (after === undefined || located?.file !== files.deadline) continue
      const [round, hotkey] = located.args as [number, string]
      await readably(path, report, async () => {
        const record = await step.after.find(files.deadline, round, hotkey)
        if (record === undefined) return
        const [first, ...others] = await problemsOf(step, config, round, hotkey, record)
        if (first === undefined) return
        const more = others.length === 0 ? '' : `; and ${counted(others.length, 'other')} like it`
        report.finding('record/deadline', path, `Round ${round}, files of ${who(hotkey)}: ${first}${more}.`)
      })
    }
  },
})

async function problemsOf(
  { after, trailers }: Step,
  config: Config,
  round: number,
  hotkey: string,
  { asked_at_block: asked, files: seen }: Deadline,
): Promise<string[]> {
  const entries = (await after.find(files.submissions, round)) ?? {}
  if (!Object.hasOwn(entries, hotkey)) return ['nobody of that name entered']
  const problems: string[] = []
  const schedule = await after.find(files.schedule, round)
  const deadline = schedule && deadlineOf(schedule, config, await after.find(files.seed, round))
  if (deadline !== undefined && asked < deadline)
    problems.push(`they were asked for at block ${asked}, before the deadline at block ${deadline}`)
  const head = headOf(trailers)
  if (head !== undefined && asked > head.number)
    problems.push(`they were asked for at block ${asked}, but the chain stood at block ${head.number}`)
  const stems = (await promptsOf({ snapshot: after, number: round })).map(({ stem }) => stem)
  const strange = Object.keys(seen).filter((stem) => !stems.includes(stem))
  if (strange.length > 0) problems.push(`${listed(strange.map(promptName))} is no prompt of the round`)
  const wrong = Object.entries(seen).flatMap(([stem, each]) => {
    const what = wrongSight(each)
    return what === undefined ? [] : [`${promptName(stem)}: ${what}`]
  })
  return [...problems, ...wrong]
}

/** Of which entries nobody asked what was there, although the competition says that somebody does. */
export async function missingSweeps(snapshot: Records, config: Config, round: number): Promise<string[]> {
  if (!settingsOf(config).deadline_sweep) return []
  const missing: string[] = []
  const prompts = (await promptsOf({ snapshot, number: round })).filter((prompt) => prompt.void === undefined)
  for (const hotkey of Object.keys((await snapshot.find(files.submissions, round)) ?? {})) {
    const { files: seen = {} } = (await snapshot.find(files.deadline, round, hotkey)) ?? {}
    const unasked = prompts.filter(({ stem }) => !Object.hasOwn(seen, stem)).length
    if (unasked > 0) missing.push(`whether ${unasked} files of ${hotkey.slice(0, 10)} were there was not asked`)
  }
  return missing
}

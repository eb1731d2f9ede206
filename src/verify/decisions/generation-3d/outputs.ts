/** Outputs: what a record says of one must fit itself, whatever the store holds. */
import { isDeepStrictEqual } from 'node:util'
import { type Settings, settingsOf } from '../../../formats/generation-3d/settings.ts'
import { missedDeadline, NOT_AT_DEADLINE } from '../../../rules/deadline.ts'
import { stemsOf } from '../../../rules/prompts.ts'
import { bestOf } from '../../../rules/retries.ts'
import { files, LEADER, type Output, type Outputs } from '../../../state/index.ts'
import { isAddressOf } from '../../../store/content.ts'
import { counted, promptName, who } from '../../checks/words.ts'
import type { Check, Step } from '../../step.ts'
import { readably } from '../touched.ts'

export const outputs = (): Check => ({
  name: 'outputs',
  async step(step, report) {
    const { changed, config, strict } = step
    if (config === undefined || !strict) return // older records have neither digests nor rules for the rest
    const settings = settingsOf(config)
    for (const { path, located, after } of changed) {
      if (after === undefined || (located?.file !== files.submitted && located?.file !== files.generated)) continue
      const [round, subject] = located.args as [number, string]
      await readably(path, report, async () => {
        const wrong = await problemsIn(step, located.file, round, subject, settings)
        const [first, ...others] = wrong
        if (first === undefined) return
        const more = others.length === 0 ? '' : `; and ${counted(others.length, 'other')} like it`
        report.finding('record/output', path, `Round ${round}, outputs of ${who(subject)}: ${first}${more}.`)
      })
    }
  },
})

async function problemsIn(
  { before, after }: Step,
  file: typeof files.submitted,
  round: number,
  subject: string,
  settings: Settings,
): Promise<string[]> {
  const old = (await before.find(file, round, subject)) ?? {}
  const all = (await after.find(file, round, subject)) ?? {}
  const stems = new Set(stemsOf((await after.find(files.prompts, round)) ?? []))
  const isRun = file === files.generated
  const deadline = isRun ? undefined : await after.find(files.deadline, round, subject)
  const submitted: Outputs = isRun ? ((await after.find(files.submitted, round, subject)) ?? {}) : {}
  return Object.entries(all).flatMap(([stem, output]) => {
    if (old[stem] !== undefined && isDeepStrictEqual(old[stem], output)) return []
    if (!stems.has(stem)) return [`${promptName(stem)} is no prompt of the round`]
    const made = isRun
      ? wrongRun(output, submitted[stem], subject, settings)
      : wrongUpload(output, missedDeadline(deadline, stem))
    return [...wrongObject(output, settings), ...made].map((each) => `${promptName(stem)}: ${each}`)
  })
}

/** Addresses end with what they hold. */
export function wrongObject({ glb, png, glb_sha256, png_sha256, size }: Output, { artifact }: Settings): string[] {
  const wrong: string[] = []
  if (!isAt(glb, glb_sha256, artifact)) wrong.push('the address of the model is not that of its digest')
  if (!isAt(png, png_sha256, 'png')) wrong.push('the address of the preview is not that of its digest')
  if (png !== null && glb === null) wrong.push('there is a preview of no model')
  if (size > 0 !== (glb !== null)) wrong.push(`a size of ${size} bytes`)
  return wrong
}

const isAt = (url: string | null, sha256: string | undefined, extension: string) =>
  url === null || sha256 === undefined ? url === null && sha256 === undefined : isAddressOf(url, sha256, extension)

/** What nobody ran took no time, and what was not there at the deadline was not fetched. @param missed why it does not count */
function wrongUpload(output: Output, missed: string | undefined): string[] {
  const { generation_time, attempts, distance, glb, failure, download_failure: code } = output
  const wrong: string[] = []
  if (generation_time !== 0 || attempts !== 0 || distance !== 0)
    wrong.push('it was uploaded, but says how it was generated')
  if (missed !== undefined && failure !== missed)
    wrong.push('it was not there at the deadline, and counts all the same')
  if (missed === undefined && code === NOT_AT_DEADLINE)
    wrong.push('it does not count for the deadline, at which nobody found it missing')
  if (code !== undefined && (glb !== null || failure?.startsWith(`${code}: `) !== true))
    wrong.push(`its download failed (${code}), which does not fit the rest`)
  return wrong
}

function wrongRun(output: Output, submitted: Output | undefined, subject: string, settings: Settings): string[] {
  const { attempts, distance, generation_time, png_sha256 } = output
  const most = settings.generation_attempts
  const isCompared = subject !== LEADER && png_sha256 !== undefined && submitted?.png_sha256 !== undefined
  const isSame = isCompared && png_sha256 === submitted.png_sha256
  return [
    ...(attempts >= 1 && attempts <= most ? [] : [`${attempts} attempts, of which there may be 1 to ${most}`]),
    ...(generation_time >= 0 ? [] : [`a time of ${generation_time} seconds`]),
    ...wrongTries(output),
    ...((isCompared && !isSame) || distance === 0
      ? []
      : [`a distance of ${distance} between what is the same, or was not compared`]),
  ]
}

/** Of several attempts the record is about the best. */
export function wrongTries({ tries, attempts, png, glb_sha256, generation_time }: Output): string[] {
  if (tries === undefined) return []
  if (tries.length !== attempts) return [`${attempts} attempts, of which ${tries.length} are named`]
  const timed = tries.map(({ failure, generation_time: seconds }) => ({
    seconds: failure === undefined ? seconds : undefined,
  }))
  const best = tries[bestOf(timed)]
  const isBest =
    best?.failure !== undefined
      ? png === null
      : best?.glb_sha256 === glb_sha256 && best?.generation_time === generation_time
  return isBest ? [] : [`it is not the best of its ${attempts} attempts`]
}

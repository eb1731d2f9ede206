/** Builds: of the code that was entered, and of no other. */
import { buildOf } from '../../../formats/generation-3d/build.ts'
import { isImageDigest } from '../../../rules/image.ts'
import { files } from '../../../state/files.ts'
import type { Build, Submission } from '../../../state/index.ts'
import { counted, who } from '../../checks/words.ts'
import { differencesOf } from '../../differences.ts'
import type { Check } from '../../step.ts'
import { eachChanged } from '../touched.ts'

export const builds = (): Check => ({
  name: 'builds',
  async step(step, report) {
    await eachChanged(step, [files.builds], report, async ({ round, path }) => {
      const before = (await step.before.find(files.builds, round)) ?? {}
      const after = (await step.after.find(files.builds, round)) ?? {}
      const entries = (await step.after.find(files.submissions, round)) ?? {}
      const wrong = Object.entries(after).flatMap(([hotkey, build]) => {
        const isKnown = JSON.stringify(before[hotkey]) === JSON.stringify(build)
        return isKnown ? [] : problemsOf(build, entries[hotkey]).map((each) => `the build of ${who(hotkey)}: ${each}`)
      })
      const [first, ...others] = wrong
      if (first === undefined) return
      const more = others.length === 0 ? '' : `; and ${counted(others.length, 'other')} like it`
      report.finding('record/build', path, `Round ${round}, ${first}${more}.`)
    })
  },
})

function problemsOf(build: Build, entry: Submission | undefined): string[] {
  if (entry === undefined) return ['nobody of that name entered']
  const { repo, commit, revealed_at_block, tag, status, docker_image, image_digest } = build
  const wrong = differencesOf({ repo, commit, revealed_at_block, tag }, buildOf(entry))
  const isBuilt = status === 'success'
  if (image_digest !== undefined && !isBuilt) wrong.push(`it names the digest of an image, but it is ${status}`)
  if (image_digest !== undefined && !isImageDigest(image_digest)) wrong.push('its image_digest is none')
  if (isBuilt === (docker_image !== null)) return wrong
  return [...wrong, isBuilt ? 'it was built, but no image is named' : `it names an image, but it is ${status}`]
}

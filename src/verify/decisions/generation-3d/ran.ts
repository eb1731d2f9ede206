/** Pods: each ran the image that is on record as built from the entry, or as the leader's, by its digest, and no other. */
import { pinnedImage } from '../../../rules/image.ts'
import { leaderIn } from '../../../rules/leader.ts'
import { files, LEADER } from '../../../state/index.ts'
import { counted, who } from '../../checks/words.ts'
import type { Check, Step } from '../../step.ts'
import { readably } from '../touched.ts'

export const ran = (): Check => ({
  name: 'what pods ran',
  async step(step, report) {
    for (const { path, located, after } of step.changed) {
      if (after === undefined || located?.file !== files.podStats) continue
      const [round, subject] = located.args as [number, string]
      await readably(path, report, async () => {
        const built = await imageOf(step, round, subject)
        const pods = Object.values((await step.after.find(files.podStats, round, subject)) ?? {})
        const [first, ...others] = pods.filter(({ image }) => image !== undefined && image !== built)
        if (first === undefined) return
        const more = others.length === 0 ? '' : `; and ${counted(others.length, 'other')} like it`
        const message = `a pod of ${who(subject)} ran ${first.image} instead of ${built ?? 'nothing'}${more}`
        report.finding('record/pod', path, `Round ${round}: ${message}.`)
      })
    }
  },
})

async function imageOf({ after }: Step, round: number, subject: string): Promise<string | undefined> {
  if (subject === LEADER) {
    const leader = leaderIn((await after.find(files.leader)) ?? [], round)
    return leader?.docker === undefined ? undefined : pinnedImage(leader.docker, leader.image_digest)
  }
  const build = (await after.find(files.builds, round))?.[subject]
  return build?.docker_image ? pinnedImage(build.docker_image, build.image_digest) : undefined
}

import type { Change } from '../../engine/change.ts'
import type { Context, Round, Waiting } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import { pinnedImage } from '../../rules/image.ts'
import { files, LEADER } from '../../state/index.ts'
import { missingOf, recordGenerated, retryLimits, subjectOf } from './generated.ts'
import type { Ports } from './ports.ts'
import { keepReadable } from './readable.ts'
import { recordOf } from './record.ts'
import { Regeneration } from './regenerate.ts'
import { required } from './required.ts'

/** The reigning champion's outputs for this round's prompts, with no verdict. */
export async function* runBaseline(
  ports: Ports,
  round: Round,
  context: Context,
): AsyncGenerator<Change, Waiting | undefined> {
  const { leader } = await recordOf(round)
  if (leader === undefined) return
  const { docker } = required(leader, 'leader.json', 'docker')
  const image = pinnedImage(docker, leader.image_digest)
  const { seed } = await round.snapshot.read(files.seed, round.number)
  const prompts = await missingOf(round, LEADER)
  await using regeneration = new Regeneration(ports, await subjectOf(round, image, LEADER), context)
  const tasks = prompts.map((prompt) => ({ prompt, seed }))
  const made = await regeneration.make(tasks, retryLimits(round))
  if (!made.ok) throw notRunning(image, `the leader's image does not run: ${made.detail}`)
  for (const [stem, output] of Object.entries(made.outputs))
    await keepReadable(ports, round, { subject: LEADER, kind: 'generated', stem }, output)
  await regeneration.close()
  yield await recordGenerated(round, LEADER, made.outputs, regeneration.stats())
  const left = prompts.length - Object.keys(made.outputs).length
  if (left > 0) throw notRunning(image, `the leader's image ended again and again: ${left} prompts are left`)
  return
}

const notRunning = (image: string, message: string) =>
  new RoundkeeperError('unavailable', message, {
    where: image,
    hint: 'The duels wait for it. Make the image runnable (see leader.json) and run again.',
  })

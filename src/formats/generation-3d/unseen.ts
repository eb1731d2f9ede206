/** Pictures and seeds that nobody could expect, which an image is shown before its audit; and its answers, on record. */
import { type Change, change } from '../../engine/change.ts'
import type { Round } from '../../engine/owner.ts'
import { drawUnseen, type Unseen, unseenRefusal } from '../../rules/anti-replay.ts'
import { stemOf } from '../../rules/prompts.ts'
import { files, type Outputs, type PodStats, type UnseenOutputs } from '../../state/index.ts'
import { emptyOutput } from './preview.ts'
import { isUsableStem } from './prompts.ts'
import { outputsOf, type RoundFiles } from './record.ts'
import { settingsOf } from './settings.ts'

/** Those of a hotkey, in the order of the draw; none where the competition does not ask. */
export async function unseenOf(round: RoundFiles, hotkey: string): Promise<Unseen[]> {
  const { snapshot, number, config } = round
  const { unseen_prompts: count } = settingsOf(config)
  if (count === 0) return []
  const submitted: Record<string, Outputs> = {}
  for (const who of Object.keys(await snapshot.read(files.submissions, number)))
    submitted[who] = await outputsOf(round, who)
  const { seed } = await snapshot.read(files.seed, number)
  const pool = (await snapshot.read(files.pool)).filter((url) => isUsableStem(stemOf(url)))
  return drawUnseen({ seed, hotkey, submitted, pool, handedOut: await snapshot.read(files.prompts, number), count })
}

/** @param made what there is; its pods may have been used up before the last answer */
export async function recordUnseen(
  round: Round,
  hotkey: string,
  drawn: readonly Unseen[],
  made: Outputs,
  stats: PodStats,
): Promise<Change> {
  const { number } = round
  const answers: UnseenOutputs = Object.fromEntries(
    drawn.map(({ stem, url, seed }) => [
      stem,
      { ...(made[stem] ?? emptyOutput('its pods ended before it answered')), prompt: url, seed },
    ]),
  )
  const miner = `round ${number}, miner ${hotkey.slice(0, 10)}`
  const told = change(`Update unseen prompts for ${miner}`).put(files.unseen, [number, hotkey], answers)
  if (unseenRefusal(answers, await outputsOf(round, hotkey)) === undefined) return told
  // Nothing more is asked of these pods.
  return told.and(change(`Update pod stats for ${miner}`).put(files.podStats, [number, hotkey], stats))
}

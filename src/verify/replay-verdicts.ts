import type { Records } from '../engine/records.ts'
import { settingsOf } from '../formats/generation-3d/settings.ts'
import { notBuilt, notDeployed, refusalOnRecord, verdictOnRecord } from '../formats/generation-3d/verdict.ts'
import { type Config, files, type GenerationAudit, type GenerationAudits } from '../state/index.ts'
import { believing, type Compared, compare, refuted } from './compare.ts'

/** Audits again, from the regenerated outputs on record. Whether an image could be run at all has to be believed. */
export async function replayVerdicts(snapshot: Records, config: Config, round: number): Promise<Compared<string[]>> {
  const audits = (await snapshot.find(files.generationAudits, round)) ?? {}
  const requests = (await snapshot.find(files.requireAudit, round)) ?? []
  const recorded: string[] = []
  const recomputed: string[] = []
  const believed: string[] = []
  for (const [hotkey, { outcome }] of decidedIn(audits)) {
    const isRequested = requests.some((each) => each.hotkey === hotkey)
    const again = await replayVerdict(snapshot, config, round, hotkey)
    if (isRequested && again.believed !== undefined) believed.push(hotkey.slice(0, 10))
    recorded.push(`${hotkey} ${outcome}`)
    recomputed.push(`${hotkey} ${isRequested ? (again.recomputed?.outcome ?? outcome) : 'not asked for'}`)
  }
  const note = believed.length > 0 ? `images that did not run: ${believed.join(', ')}` : undefined
  return compare(recorded, recomputed, note)
}

export const decidedIn = (audits: GenerationAudits): [string, GenerationAudit][] =>
  Object.entries(audits).filter(([, { outcome }]) => outcome !== 'pending')

/** One verdict, all of its record. */
export async function replayVerdict(
  snapshot: Records,
  config: Config,
  round: number,
  hotkey: string,
): Promise<Compared<GenerationAudit>> {
  const recorded = (await snapshot.find(files.generationAudits, round))?.[hotkey]
  if (recorded === undefined) return compare<GenerationAudit>(undefined, undefined)
  const of = { snapshot, config, number: round }
  const ran = (await snapshot.find(files.generated, round, hotkey)) !== undefined
  if (!ran && recorded.outcome === 'rejected' && (await refusalOnRecord(of, hotkey)) === undefined)
    return withoutOutputs(snapshot, round, hotkey, recorded)
  const compared = compare(recorded, likewise(recorded, await verdictOnRecord(of, hotkey)))
  const isDue = settingsOf(config).unseen_prompts > 0 && compared.equal !== false
  if (!isDue || (await snapshot.find(files.unseen, round, hotkey)) !== undefined) return compared
  return refuted(compared, 'its image was not shown any unseen prompts before')
}

/** Older records have no code. */
function likewise({ code: recorded }: GenerationAudit, { code, ...verdict }: GenerationAudit): GenerationAudit {
  return recorded === undefined || code === undefined ? verdict : { ...verdict, code }
}

/** Rejected before anything was regenerated: the image was not there, or did not run. */
async function withoutOutputs(
  snapshot: Records,
  round: number,
  hotkey: string,
  recorded: GenerationAudit,
): Promise<Compared<GenerationAudit>> {
  const build = (await snapshot.find(files.builds, round))?.[hotkey]
  const expected = likewise(recorded, notBuilt(hotkey))
  if (recorded.reason === expected.reason) {
    if (!build?.docker_image) return compare(recorded, expected)
    return refuted(compare(recorded, undefined), 'its image was built: builds.json names it')
  }
  const wrong = compare(recorded, { ...likewise(recorded, notDeployed(hotkey, '')), reason: recorded.reason })
  return believing({ ...wrong, recomputed: wrong.equal ? null : wrong.recomputed }, 'that its image did not run')
}

import type { Snapshot } from '../engine/snapshot.ts'
import { files, type GenerationAudits } from '../state/index.ts'
import type { Pictures } from './pictures.ts'
import { type PromptDigests, previewPicture, promptPicture } from './read-matches.ts'
import type { AuditSample, AuditView, Person } from './views.ts'

/** What was rejected is worth a closer look. */
const MAX_SAMPLES = { pending: 3, passed: 3, rejected: 6 }

/** The audits of a round, with what was submitted beside what the miner's own image made. */
export async function readAudits(
  { snapshot, round, pictures }: { snapshot: Snapshot; round: number; pictures: Pictures },
  audits: GenerationAudits,
  prompts: ReadonlyMap<string, string>,
  digests: PromptDigests,
  person: (hotkey: string) => Person,
): Promise<AuditView[]> {
  const views = Object.entries(audits).map(async ([hotkey, audit]): Promise<AuditView> => {
    const submitted = (await snapshot.find(files.submitted, round, hotkey)) ?? {}
    const generated = (await snapshot.find(files.generated, round, hotkey)) ?? {}
    const samples = Object.entries(generated)
      .sort(([, a], [, b]) => b.distance - a.distance)
      .slice(0, MAX_SAMPLES[audit.outcome])
      .map(async ([name, output]): Promise<AuditSample> => {
        const prompt = prompts.get(name)
        return {
          name,
          prompt: prompt === undefined ? {} : await promptPicture(prompt, digests.get(prompt), pictures),
          submitted: await previewPicture(submitted[name]?.png ?? null, submitted, name, pictures),
          regenerated: await previewPicture(output.png, generated, name, pictures),
          distance: output.distance,
        }
      })
    return {
      person: person(hotkey),
      outcome: audit.outcome,
      reason: audit.reason,
      checked: audit.checked_prompts,
      mismatched: audit.failed_prompts + audit.failed_critical,
      median: audit.generation_time,
      samples: await Promise.all(samples),
    }
  })
  return Promise.all(views)
}

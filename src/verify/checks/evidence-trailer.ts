/** What the engine brought from outside is summed up in its commit: a digest that was changed afterwards does not add up. */
import { evidenceOf } from '../../rules/evidence.ts'
import type { Check } from '../step.ts'

export const evidenceTrailer = (): Check => ({
  name: 'evidence in commits',
  async step({ trailers, changed, before, after }, report) {
    if (trailers.Engine === undefined) return
    const texts = new Map<string, string | null>()
    for (const { path } of changed) texts.set(path, (await after.text(path)) ?? null)
    const evidence = await evidenceOf(texts, before.text)
    if (evidence === trailers.Evidence) return
    const message =
      trailers.Evidence === undefined
        ? 'The engine’s commit does not sum up the digests that it brings.'
        : `The digests that this commit brings add up to ${evidence ?? 'nothing'}, not to ${trailers.Evidence}, as it says.`
    report.finding('evidence/trailer', null, message)
  },
})

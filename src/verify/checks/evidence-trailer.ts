/** What the engine brought from outside is summed up in its commit: a digest that was changed afterwards does not add up. */
import type { Check } from '../step.ts'

export const evidenceTrailer = (): Check => ({
  name: 'evidence in commits',
  step({ trailers, inspected: { evidence } }, report) {
    if (trailers.Engine === undefined) return
    if (evidence === trailers.Evidence) return
    const message =
      trailers.Evidence === undefined
        ? 'The engine’s commit does not sum up the digests that it brings.'
        : `The digests that this commit brings add up to ${evidence ?? 'nothing'}, not to ${trailers.Evidence}, as it says.`
    report.finding('evidence/trailer', null, message)
  },
})

import { NotGathered } from '../engine/not-gathered.ts'
import type { Owner } from '../engine/owner.ts'

/** Where others gather the evidence: what is not there yet is waited for, and no failure. */
export const patient = (owner: Owner): Owner => ({
  ...owner,
  async *run(round, context) {
    try {
      return yield* owner.run(round, context)
    } catch (error) {
      if (error instanceof NotGathered) return { for: `evidence (${error.message})` }
      throw error
    }
  },
})

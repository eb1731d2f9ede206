import { z } from 'zod'
import { int } from './number.ts'

/** A format may add fields of its own and leave out those that mean nothing to it. */
export const submissionSchema = z.looseObject({
  repo: z.string(),
  commit: z.string(),
  cdn_url: z.string(),
  revealed_at_block: int(),
  /** `{config.name}-{N}` */
  round: z.string(),
})
export type Submission = z.infer<typeof submissionSchema>

/** `rounds/N/submissions.json`: by hotkey, in order of reveal. */
export const submissionsSchema = z.record(z.string(), submissionSchema)
export type Submissions = z.infer<typeof submissionsSchema>

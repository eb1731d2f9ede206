import { z } from 'zod'
import { mapOf } from './map.ts'
import { int } from './number.ts'

/** A format may add fields of its own and leave out those that mean nothing to it. */
export const submissionSchema = z.looseObject({
  repo: z.string().optional().describe('`owner/name`'),
  commit: z.string().optional(),
  cdn_url: z.string().optional().describe('The outputs lie at `{cdn_url}/{stem}.glb`.'),
  revealed_at_block: int().describe('Block of the newest reveal of `commit`.'),
  round: z.string().describe('`{config.name}-{N}`'),
})
export type Submission = z.infer<typeof submissionSchema>

/** `rounds/N/submissions.json` */
export const submissionsSchema = mapOf(submissionSchema).describe('Who competes, by hotkey, in order of reveal.')
export type Submissions = z.infer<typeof submissionsSchema>

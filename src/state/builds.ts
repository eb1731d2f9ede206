import { z } from 'zod'
import { int } from './number.ts'

export const buildStatuses = ['pending', 'in_progress', 'success', 'failure', 'timed_out', 'not_found'] as const

export const buildSchema = z.looseObject({
  repo: z.string(),
  commit: z.string(),
  revealed_at_block: int(),
  /** `{commit[0:7]}-{round}` */
  tag: z.string(),
  status: z.enum(buildStatuses).default('pending'),
  docker_image: z.string().nullable().default(null),
})
export type Build = z.infer<typeof buildSchema>

/** `rounds/N/builds.json`: by hotkey, in the order of `submissions.json`. */
export const buildsSchema = z.record(z.string(), buildSchema)
export type Builds = z.infer<typeof buildsSchema>

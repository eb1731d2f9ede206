import { z } from 'zod'
import { mapOf } from './map.ts'
import { int } from './number.ts'

export const buildStatuses = ['pending', 'in_progress', 'success', 'failure', 'timed_out', 'not_found'] as const

export const buildSchema = z.looseObject({
  repo: z.string(),
  commit: z.string(),
  revealed_at_block: int(),
  tag: z.string().describe('`{commit[0:7]}-{round}`'),
  status: z.enum(buildStatuses).default('pending'),
  docker_image: z.string().nullable().default(null).describe('Full image reference; null unless `success`.'),
  image_digest: z
    .string()
    .optional()
    .describe(
      'Ours: `sha256:…` of the manifest that `docker_image` led to when the build was found done; it is what runs.',
    ),
  log_url: z.string().optional().describe('Ours: where the log of the build can be read.'),
  detail: z.string().optional().describe('Ours: why it is as it is, for people.'),
})
export type Build = z.infer<typeof buildSchema>

/** `rounds/N/builds.json` */
export const buildsSchema = mapOf(buildSchema).describe(
  'The container images of the submissions; by hotkey, in the order of `submissions.json`.',
)
export type Builds = z.infer<typeof buildsSchema>

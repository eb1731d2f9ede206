import { z } from 'zod'

/** The literal that stands for the reigning champion inside a round. */
export const LEADER = 'leader'

/** `rounds/N/winner.json` */
export const winnerSchema = z
  .looseObject({
    winner_hotkey: z.string().describe('`leader` when the crown was defended.'),
    repo: z.string().optional(),
    commit: z.string().optional(),
    docker_image: z.string().optional(),
    void: z
      .string()
      .optional()
      .describe('Ours: the record of the act by which the round came to nothing: the crown stays as it was.'),
    image_digest: z
      .string()
      .optional()
      .describe('Ours: `sha256:…` of the image that was built from this code; it is what runs.'),
  })
  .describe('Who won the round, with which code.')
export type Winner = z.infer<typeof winnerSchema>

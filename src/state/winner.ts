import { z } from 'zod'

/** The literal that stands for the reigning champion inside a round. */
export const LEADER = 'leader'

/** `rounds/N/winner.json`; `winner_hotkey` is `leader` when the crown was defended. */
export const winnerSchema = z.looseObject({
  winner_hotkey: z.string(),
  repo: z.string(),
  commit: z.string(),
  docker_image: z.string(),
})
export type Winner = z.infer<typeof winnerSchema>

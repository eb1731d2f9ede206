import { z } from 'zod'

/** `config.judging`: how much is judged, and what it takes to take the crown; the original's way where a field is absent. */
export const judgingSchema = z.looseObject({})
export type Judging = z.infer<typeof judgingSchema>

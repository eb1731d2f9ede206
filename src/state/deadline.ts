import { z } from 'zod'
import { mapOf } from './map.ts'
import { int } from './number.ts'

export const presences = ['yes', 'no', 'unknown'] as const

/** What a miner's host said of one file when the deadline had come. */
export const seenSchema = z.looseObject({
  there: z.enum(presences).describe('`unknown`: we could not ask, which counts against nobody.'),
  asks: int().describe('How often the host was asked until that was clear.'),
  method: z.enum(['HEAD', 'GET']).optional().describe('`GET`: for one byte, where HEAD was of no use.'),
  status: int().optional().describe('HTTP status of the last answer, if there was one.'),
  size: int().optional().describe('Bytes, as the host said.'),
  etag: z.string().optional().describe('As the host said, at most 200 characters.'),
  last_modified: z.string().optional().describe('Likewise.'),
  failure: z.string().optional().describe('Why it is not known to be there, as `code: detail`.'),
})
export type Seen = z.infer<typeof seenSchema>

/** `rounds/N/HOTKEY/deadline.json` (ours) */
export const deadlineSchema = z
  .looseObject({
    asked_at_block: int().describe('Where the chain stood when the asking began: at the deadline, or later.'),
    files: mapOf(seenSchema).describe('By prompt stem.'),
  })
  .describe('Which of a miner’s files were there at the deadline; what was not does not count.')
export type Deadline = z.infer<typeof deadlineSchema>

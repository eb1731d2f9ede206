import { z } from 'zod'
import { int } from './number.ts'

export const revealOutcomes = ['accepted', 'duplicate', 'incomplete', 'invalid'] as const

export const revealRecordSchema = z.looseObject({
  hotkey: z.string(),
  outcome: z.enum(revealOutcomes),
  reason: z.string().describe('Why it was not accepted, for the miner to read; empty when accepted.'),
  reveals: z.array(z.looseObject({ block: int(), text: z.string() })),
})
export type RevealRecord = z.infer<typeof revealRecordSchema>

/** `rounds/N/reveals.json` (ours) */
export const revealsSchema = z
  .looseObject({
    read_at_block: int().describe('The chain was read as it stood at this block.'),
    block_hash: z.string(),
    hotkeys: z.array(revealRecordSchema),
  })
  .describe('Every reveal seen in the window, and what became of it.')
export type Reveals = z.infer<typeof revealsSchema>

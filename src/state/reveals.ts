import { z } from 'zod'
import { int } from './number.ts'

export const revealOutcomes = ['accepted', 'duplicate', 'incomplete', 'invalid'] as const

export const revealRecordSchema = z.looseObject({
  hotkey: z.string(),
  outcome: z.enum(revealOutcomes),
  /** Why it was not accepted, for the miner to read; empty when accepted. */
  reason: z.string(),
  reveals: z.array(z.looseObject({ block: int(), text: z.string() })),
})
export type RevealRecord = z.infer<typeof revealRecordSchema>

/** `rounds/N/reveals.json` (ours): every reveal seen in the window, and what became of it. */
export const revealsSchema = z.looseObject({
  /** The chain was read as it stood at this block. */
  read_at_block: int(),
  block_hash: z.string(),
  hotkeys: z.array(revealRecordSchema),
})
export type Reveals = z.infer<typeof revealsSchema>

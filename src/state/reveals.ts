import { z } from 'zod'
import { int } from './number.ts'

export const revealOutcomes = ['accepted', 'duplicate', 'incomplete', 'invalid'] as const

/** Everything that can become of a revealed text or of a hotkey's entry; `rules/reveal-reasons` explains each. */
export const revealReasons = [
  'too-long',
  'not-json',
  'not-an-object',
  'not-a-string',
  'no-known-field',
  'bad-value',
  'outside-window',
  'before-registration',
  'too-early',
  'bad-hotkey',
  'not-registered',
  'not-committed',
  'not-located',
  'commit-missing',
  'other-hotkey',
  'duplicate',
  'similar-hotkey',
] as const
export type RevealReason = (typeof revealReasons)[number]

/** What the host of a repository said when it was asked for a commit. */
export const repositoryAnswers = ['found', 'missing', 'unreachable'] as const
export type RepositoryAnswer = (typeof repositoryAnswers)[number]

export const revealRecordSchema = z.looseObject({
  hotkey: z.string(),
  outcome: z.enum(revealOutcomes),
  reason: z.string().describe('Why it was not accepted, for the miner to read; empty when accepted.'),
  reveals: z.array(
    z.looseObject({
      block: int(),
      text: z.string(),
      reason_code: z.enum(revealReasons).optional().describe('Why this text, or some of it, does not count.'),
    }),
  ),
  reason_code: z.enum(revealReasons).optional().describe('`reason` as one of a closed list; absent when accepted.'),
  registered_at_block: int()
    .nullable()
    .optional()
    .describe('Since when the hotkey was registered; null: it was not; absent: the chain keeps no register.'),
  repository: z
    .enum(repositoryAnswers)
    .optional()
    .describe('Whether its repository had the commit when the host was asked; absent: nobody was asked.'),
  commit_hotkey: z
    .string()
    .nullable()
    .optional()
    .describe(
      'The hotkey whose the commit says it is, by its trailer `Hotkey:`; null: it names several; absent: none is known.',
    ),
})
export type RevealRecord = z.infer<typeof revealRecordSchema>

/** `rounds/N/reveals.json` (ours) */
export const revealsSchema = z
  .looseObject({
    read_at_block: int().describe('The chain was read as it stood at this block.'),
    block_hash: z.string(),
    hotkeys: z.array(revealRecordSchema),
    omitted: int()
      .optional()
      .describe('How many more hotkeys were refused, whose texts are not recorded for their size alone.'),
  })
  .describe('Every reveal seen in the window, and what became of it.')
export type Reveals = z.infer<typeof revealsSchema>

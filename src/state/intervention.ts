import { z } from 'zod'
import { datetime } from './datetime.ts'
import { int } from './number.ts'
import { stage } from './state.ts'

/** Stages that a round can go back to. */
export const redoStages = ['downloading', 'duels'] as const
export type RedoStage = (typeof redoStages)[number]

/** What every act says: why, who, and where the competition stood before and after it. */
const told = {
  reason: z.string(),
  by: z.string().describe('Name and address of the committer.'),
  round: int(),
  from: stage,
  to: stage,
  at: datetime(),
}

const archived = z
  .array(z.string())
  .describe('Live paths of the files that went to `rounds/N/attempts/K/`, as they were.')

const pauseSchema = z.looseObject({ kind: z.literal('pause'), ...told })
const resumeSchema = z.looseObject({ kind: z.literal('resume'), ...told })
const redoSchema = z.looseObject({
  kind: z.literal('redo-stage'),
  ...told,
  stage: z.enum(redoStages).describe('Where the round goes on from.'),
  baseline: z.boolean().describe('Whether the leader’s own outputs are made anew too.'),
  attempt: int().describe('The attempt that begins here; the round’s first one is 1.'),
  archived,
})
const voidSchema = z.looseObject({
  kind: z.literal('void'),
  ...told,
  prompt: z
    .string()
    .optional()
    .describe('Stem of the prompt that does not count; absent: the whole round comes to nothing.'),
  attempt: int().optional().describe('The attempt that begins here, where a winner had to be put away.'),
  archived: archived.optional(),
})
const noteSchema = z.looseObject({ kind: z.literal('note'), ...told })
const adoptSchema = z.looseObject({
  kind: z.literal('adopt'),
  ...told,
  commit: z.string().describe('Whose changes by hand stand from now on.'),
  paths: z.array(z.string()).describe('The files of the engine’s that it changed.'),
})

/** `interventions/NNNN.json` (ours) */
export const interventionSchema = z
  .discriminatedUnion('kind', [pauseSchema, resumeSchema, redoSchema, voidSchema, noteSchema, adoptSchema])
  .describe('A person’s act, typed and reasoned, instead of a hand edit.')
export type Intervention = z.infer<typeof interventionSchema>

/** The files that this format adds to a competition, and the common leader.json with two more fields. */
import { z } from 'zod'
import { jsonFile } from '../../../src/state/codecs.ts'
import { leaderEntrySchema } from '../../../src/state/leader.ts'
import { mapOf } from '../../../src/state/map.ts'
import { float, int } from '../../../src/state/number.ts'

const inRound = (file: string) => (round: number) => `rounds/${round}/${file}`

const targetSchema = z.looseObject({
  round: z.string().describe('`{config.name}-{N}`'),
  numbers: mapOf(int()).describe('The hidden number of every item.'),
  salt: z.string().describe('Keeps the few possible numbers from being found by trying.'),
})
export type Target = z.infer<typeof targetSchema>

const commitmentSchema = z.looseObject({
  digest: z.string().describe('`sha256:…` of the canonical JSON of target.json'),
})

const answersSchema = z.looseObject({
  answers: mapOf(int()).nullable().describe('By item; null when the guess cannot be read.'),
  reason: z.string().describe('Why it cannot be read, for the miner; empty otherwise.'),
})
export type Answers = z.infer<typeof answersSchema>

const scoresSchema = mapOf(z.looseObject({ points: int(), of: int().describe('The most points that were possible.') }))
export type Scores = z.infer<typeof scoresSchema>

const kingSchema = leaderEntrySchema.extend({
  slot: int().describe('1 is the newest king, whose score has to be beaten.'),
  score: float().describe('What the crown was won with, 0 to 1.'),
})
export type King = z.infer<typeof kingSchema>

export const numbersFiles = {
  items: jsonFile({
    name: 'items',
    schema: z.array(z.string()),
    path: inRound('items.json'),
    writers: ['collector'],
    stages: ['open'],
  }),
  commitment: jsonFile({
    name: 'target_commitment',
    schema: commitmentSchema,
    path: inRound('target_commitment.json'),
    writers: ['collector'],
    stages: ['open'],
  }),
  answers: jsonFile({
    name: 'answers',
    schema: answersSchema,
    path: (round: number, hotkey: string) => `rounds/${round}/${hotkey}/answers.json`,
    writers: ['collector'],
    stages: ['downloading'],
  }),
  target: jsonFile({
    name: 'target',
    schema: targetSchema,
    path: inRound('target.json'),
    writers: ['auditor'],
    stages: ['duels'],
  }),
  scores: jsonFile({
    name: 'scores',
    schema: scoresSchema,
    path: inRound('scores.json'),
    writers: ['judge'],
    stages: ['duels'],
  }),
  leader: jsonFile({
    name: 'leader',
    schema: z.array(kingSchema),
    path: () => 'leader.json',
    writers: ['round-manager'],
    stages: ['finalizing'],
  }),
}

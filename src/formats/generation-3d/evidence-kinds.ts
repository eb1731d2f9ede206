/**
 * The evidence that others may gather for a round, and what each has to look like: strict, since texts of it go on record.
 * Pictures of prompts are not among them: their hosts are the operator's, who fetches them himself.
 */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { EvidenceKind, Rests } from '../../engine/evidence-kind.ts'
import type { Context, Round } from '../../engine/owner.ts'
import { wrongSight } from '../../rules/deadline.ts'
import { deadlineOf } from '../../rules/schedule.ts'
import { deadlineSchema, seenSchema } from '../../state/deadline.ts'
import { files } from '../../state/files.ts'
import { CONTENT_TYPES } from './preview.ts'
import { isUsableStem, type Prompt, promptsOf } from './prompts.ts'
import { type Settings, settingsOf } from './settings.ts'

type Kinds = Readonly<Record<string, EvidenceKind>>

const MAX_TEXT = 1_000
/** What a judge says of a duel, or an image that failed before it ended, for people. */
const MAX_WORDS = 20_000
const MAX_PICTURE_BYTES = 64 * 2 ** 20
const MAX_TRANSCRIPT_BYTES = 16 * 2 ** 20
/** Sums of what is within it can be recorded. */
const MAX_MEASURE = 1e9

const hex = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256')
const text = z.string().max(MAX_TEXT)
const words = z.string().max(MAX_WORDS)
const count = z.int().min(0).max(1_000_000)
const measure = z.number().min(0).max(MAX_MEASURE)

const seen = z
  .strictObject({
    ...seenSchema.shape,
    etag: text.optional(),
    last_modified: text.optional(),
    failure: text.optional(),
  })
  .refine((sight) => wrongSight(sight) === undefined, 'what is said of a file contradicts itself')
const deadline = z.strictObject({ ...deadlineSchema.shape, files: z.record(text, seen) })

const failed = z
  .strictObject({ failure: text, code: z.string().regex(/^[a-z_]{1,40}$/), attempts: count })
  .refine(({ failure, code }) => failure.startsWith(`${code}: `), 'a failure begins with its code')
const kept = (maxBytes: number) => z.strictObject({ sha256: hex, size: z.int().min(0).max(maxBytes), attempts: count })

const preview = z.union([z.strictObject({ png_sha256: hex, pixels_sha256: hex }), z.strictObject({ failure: text })])
const outcomes = z.enum(['left', 'right', 'draw'])
const duel = z
  .strictObject({
    winner: z.enum(['left', 'right', 'draw', 'skipped']),
    issues: words,
    transcript: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    prompt_sha256: hex,
    pair: z.tuple([outcomes, outcomes]).optional(),
    void: words.optional(),
  })
  .refine(({ winner, void: cause }) => (winner === 'skipped') === (cause !== undefined), 'only a void duel is skipped')
const generation = z.strictObject({
  pod: text.refine(isUsableStem, 'no key of a record').optional(),
  sha256: hex.optional(),
  seconds: measure.optional(),
  failure: words.optional(),
  spent: measure.optional(),
})
const distance = z.strictObject({ distance: measure })
const canary = z.strictObject({ sha256: hex })
const ending = z.union([
  z.strictObject({ kind: z.literal('not-started'), detail: words }),
  z.strictObject({ kind: z.literal('given-up') }),
])

/** What is kept are the bytes: a field that the schema skips (`__proto__`) or reads as another value would come with them. */
function read<T>(schema: z.ZodType<T>, result: unknown): T {
  const value = schema.parse(result)
  if (!isDeepStrictEqual(value, result)) throw new Error('it is not written as it is read')
  return value
}

const picture = (sha256: string): Rests => ({
  ...{ sha256, extension: 'png', contentType: 'image/png' },
  maxBytes: MAX_PICTURE_BYTES,
})

/** @throws `state-file`, `unavailable` */
export async function evidenceIn(round: Round, { chain }: Pick<Context, 'chain'>): Promise<Kinds> {
  const asked = (await round.snapshot.find(files.prompts, round.number)) && (await promptsOf(round))
  return evidenceKinds(settingsOf(round.config), await deadlineIn(round), (await chain.head()).number, asked)
}

/**
 * @param since, until blocks in which miners' hosts can have been asked what is there
 * @param prompts about which they can have been asked, and had to be where they count; none before they are handed out
 */
export function evidenceKinds(
  { artifact, max_model_bytes }: Settings,
  since = 0,
  until = Number.POSITIVE_INFINITY,
  prompts: readonly Pick<Prompt, 'stem' | 'void'>[] = [],
): Kinds {
  const haul = z.record(text, z.union([kept(max_model_bytes), failed]))
  const model = (sha256: string): Rests => ({
    ...{ sha256, extension: artifact, contentType: CONTENT_TYPES[artifact] },
    maxBytes: max_model_bytes,
  })
  return {
    deadline: (_inputs, result) => {
      const { asked_at_block: at, files } = read(deadline, result)
      if (at < since || at > until) throw new Error('nobody can have asked in that block')
      const isKnown = Object.keys(files).every((stem) => prompts.some((prompt) => prompt.stem === stem))
      const isWhole = prompts.every((prompt) => prompt.void !== undefined || Object.hasOwn(files, prompt.stem))
      if (!isKnown || !isWhole) throw new Error('it is not about the files that were asked for')
      return []
    },
    downloads: (inputs, result) => {
      const files = Object.entries(read(haul, result))
      const asked = Object.keys((inputs as { files: object }).files)
      const isWhole = asked.length === files.length && files.every(([stem]) => asked.includes(stem))
      if (!isWhole) throw new Error('it is not about the files that were asked for')
      return files.flatMap(([, file]) => ('sha256' in file ? [{ ...model(file.sha256), size: file.size }] : []))
    },
    preview: (_inputs, result) => {
      const drawn = read(preview, result)
      return 'failure' in drawn ? [] : [picture(drawn.png_sha256)]
    },
    'canary-picture': (_inputs, result) => [picture(read(canary, result).sha256)],
    duel: (_inputs, result) => {
      const sha256 = read(duel, result).transcript.slice('sha256:'.length)
      return [{ sha256, extension: 'json', contentType: 'application/json', maxBytes: MAX_TRANSCRIPT_BYTES }]
    },
    generation: (_inputs, result) => {
      const { sha256 } = read(generation, result)
      return sha256 === undefined ? [] : [model(sha256)]
    },
    regeneration: (_inputs, result) => {
      read(ending, result)
      return []
    },
    distance: (_inputs, result) => {
      read(distance, result)
      return []
    },
  }
}

/** The block from which on miners' hosts may be asked; none where the window is still open. */
async function deadlineIn({ snapshot, number, config }: Round): Promise<number> {
  const [seed, schedule] = [await snapshot.find(files.seed, number), await snapshot.find(files.schedule, number)]
  return seed === undefined || schedule === undefined ? Number.POSITIVE_INFINITY : deadlineOf(schedule, config, seed)
}

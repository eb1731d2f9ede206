/** Everything that was asked and answered about one duel, as it is kept; and the verdict that follows from it. Pure. */
import { z } from 'zod'
import { RoundkeeperError } from '../../errors.ts'
import type { Case, Decision, Method } from './decision.ts'
import { type Chosen, chosenIn, type Identity, idOf } from './identity.ts'
import { type RawAnswer, requestDigest, type VlmRequest } from './request.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0).nullable()

export const callSchema = z.object({
  request: sha256.describe('Of the canonical request, in which digests stand for pictures.'),
  answer: z.object({
    content: z.string().nullable(),
    refusal: z.string().nullable(),
    finish_reason: z.string().nullable(),
    rejected: z.string().optional(),
  }),
  endpoint: z.string().describe('Address of the API that answered.'),
  model: z.string().nullable().describe('As the server names it.'),
  fingerprint: z.string().nullable().describe('Of the server’s configuration, where it tells one.'),
  tokens: z.object({ prompt: count, completion: count }),
  latency_ms: z.int().min(0),
  schema: z.boolean().describe('Whether the server was held to the JSON schema.'),
})
/** One call, with everything that is known about it. */
export type Call = z.infer<typeof callSchema>

const transcriptSchema = z.object({
  judge: z.string(),
  identity: z.unknown(),
  seed: z.int(),
  retry: z.int().min(0),
  sha256: z.object({ prompt: sha256, left: sha256, right: sha256 }),
  measured: z.record(z.string(), z.number()),
  calls: z.array(callSchema),
})
export type Transcript = z.infer<typeof transcriptSchema> & { readonly identity: Identity }

export interface Read {
  readonly decision: Decision
  readonly asked: Case
}

/**
 * The decision that the recorded answers lead to: the judge's own procedure, with every call looked up.
 * @param make the identity of such judges
 * @throws `refused` for what a judge of that id does not write: another identity, a call that was not asked, or too few
 */
export function readTranscript(id: string, value: unknown, make: (chosen: Chosen) => Identity, method: Method): Read {
  const parsed = transcriptSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw refused(`${issue?.path.join('.') || 'it'}: ${issue?.message}`)
  }
  const { judge, seed, retry, sha256: pictures, measured, calls } = parsed.data
  const identity = make(chosenIn(parsed.data.identity, make))
  if (judge !== id || idOf(identity) !== id) throw refused(`it is by ${idOf(identity)}, not by ${id}`)
  const asked = { identity, seed, retry, pictures, measured }
  const answers = new Map(calls.map(({ request, answer }) => [request, answer as RawAnswer]))
  const used = new Set<string>()
  const answerTo = (request: VlmRequest): RawAnswer => {
    const digest = requestDigest(request)
    const answer = answers.get(digest)
    if (answer === undefined) throw refused('an answer that its verdict needs is not there')
    used.add(digest)
    return answer
  }
  const procedure = method(asked)
  let step = procedure.next()
  while (!step.done) step = procedure.next(step.value.map(answerTo))
  if (used.size !== calls.length) throw refused('it has answers that nothing asked for')
  return { decision: step.value, asked }
}

const refused = (message: string) =>
  new RoundkeeperError('refused', message, { hint: 'It was damaged, or never written by this judge.' })

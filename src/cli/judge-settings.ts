/** `judge` and `second_judge` in the operator's settings: who decides duels. */
import { z } from 'zod'

const whole = (what: string, max: number) => {
  const error = `a whole number of ${what} from 1 to ${max}`
  return z.int({ error }).min(1, { error }).max(max, { error })
}

/** Neither credentials nor a query: the address is on record with every answer. */
const isPlain = (url: string) => {
  const { username, password, search, hash } = new URL(url)
  return [username, password, search, hash].every((part) => part === '')
}

const endpointSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'the http(s) URL of an OpenAI-compatible API, e.g. http://127.0.0.1:8000/v1' })
    .refine(isPlain, {
      error: 'an address without credentials and query: keys come from the environment',
      abort: true,
    }),
  /** Calls at once. */
  concurrency: whole('calls', 1024).default(8),
  requests_per_minute: whole('requests', 1_000_000).optional(),
  /** Name of the environment variable that holds its key, never the key. */
  api_key_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')
    .optional(),
})

export const judgeSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('offline') }),
    z.strictObject({
      kind: z.enum(['penalty', 'multistage']),
      /** As the endpoints know it. */
      model: z.string().min(1, 'the name of a model'),
      /** Of its weights: part of who the judge is. */
      revision: z.string().min(1, 'a revision of the model').optional(),
      endpoints: z.array(endpointSchema).min(1, 'at least one endpoint'),
      images: z.enum(['bytes', 'urls'], '"bytes" or "urls"').default('bytes'),
      max_tokens: whole('tokens', 1_000_000).default(1024),
      timeout_seconds: whole('seconds', 3600).default(120),
    }),
  ],
  'a judge: {"kind": "offline"} or {"kind": "penalty" or "multistage", "model": …, "endpoints": [{"url": …}]}',
)
export type JudgeSettings = z.infer<typeof judgeSchema>

/** `pods` in the operator's settings: where miners' images run. Credentials come from the environment. */
import { z } from 'zod'

/** `local`: processes of this machine, for code in `images`. All others run containers. */
export const PROVIDERS = ['targon', 'verda', 'runpod', 'container', 'local'] as const
export type ProviderName = (typeof PROVIDERS)[number]

const known = `some of ${PROVIDERS.join(', ')}, each once`
export const providersSchema = z
  .array(z.enum(PROVIDERS, known))
  .min(1, known)
  .refine((names) => new Set(names).size === names.length, known)

const minutes = (max: number) => {
  const error = `a number of minutes from 1 to ${max}`
  return z.number({ error }).min(1, { error }).max(max, { error })
}
const price = z.number('dollars for an hour').min(0, 'dollars for an hour').optional()
const word = (what: string) => z.string(what).min(1, what).optional()
const url = z.url({ protocol: /^https?$/, error: 'the http(s) URL of an API' }).optional()

export const podsSchema = z.strictObject({
  /** In order of preference; `GPU_PROVIDERS` in the environment comes before it. */
  providers: providersSchema.default(['local']),
  /** After which a pod is used no more and stopped, whoever forgot it. */
  lifetime_minutes: minutes(10_080).default(360),
  /** For finding somebody with room for an image. */
  acquire_minutes: minutes(1_440).default(120),
  /** From the order until the provider says where the pod listens. */
  visible_minutes: minutes(1_440).default(30),
  /** From there until the image answers. */
  warm_up_minutes: minutes(1_440).default(60),
  /** The machine, in the provider's own words; one H200 where absent. */
  machines: z.strictObject({ targon: word('a resource'), verda: word('a GPU'), runpod: word('a GPU') }).default({}),
  /** Where the API says no price. */
  usd_per_hour: z.strictObject({ targon: price, verda: price }).default({}),
  /** Of APIs that are elsewhere than their documentation says. */
  urls: z.strictObject({ targon: url, verda: url, runpod: url }).default({}),
  container: z
    .strictObject({
      /** docker, podman or a path; absent: whichever answers. */
      program: word('a program'),
      /** In the engine's words: `64g`. */
      memory: z
        .string()
        .regex(/^\d+[bkmg]$/, 'an amount of memory, e.g. "64g"')
        .optional(),
      cpus: z.number('a number of processors').min(0.1, 'a number of processors').optional(),
      /** `all`, or what else `--gpus` of the engine takes. */
      gpus: word('what --gpus takes, e.g. "all"'),
      egress: z.enum(['closed', 'open'], '"closed" or "open"').default('closed'),
    })
    .default({ egress: 'closed' }),
})
export type PodsSettings = z.infer<typeof podsSchema>

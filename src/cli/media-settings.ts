/** `renderer` and `distance` in the operator's settings: who draws previews, and what measures how far two of them are apart. */
import { z } from 'zod'
import { judgeSchema } from './judge-settings.ts'

const address = z.url({ protocol: /^https?$/, error: 'the http(s) URL of a service' })

/** Names that what is built in goes by; an auditor would look for other pixels behind them. */
const OURS = /^(cpu-preview|classical|dinov3)\//
const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,60}\/[A-Za-z0-9._+-]{1,60}$/, 'a name and a version, such as gpu-preview/3')
  .refine((name) => !OURS.test(name), 'another name than those of what is built in')
  .optional()

export const rendererSchema = z.discriminatedUnion(
  'kind',
  [z.strictObject({ kind: z.literal('cpu') }), z.strictObject({ kind: z.literal('http'), url: address, id })],
  'a renderer: {"kind": "cpu"} or {"kind": "http", "url": …}',
)
export type RendererSettings = z.infer<typeof rendererSchema>

const modelSchema = z
  .strictObject({
    path: z.string().min(1, 'the path of an ONNX file').optional(),
    url: z.url({ protocol: /^https?$/, error: 'the http(s) URL of an ONNX file' }).optional(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits: what `sha256sum` says of the file'),
  })
  .refine(
    ({ path, url }) => (path === undefined) !== (url === undefined),
    'either a `path` or a `url`, and its `sha256`',
  )

export const distanceSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('classical') }),
    z.strictObject({
      kind: z.literal('dinov3'),
      model: modelSchema,
      /** `web`: equal bits everywhere; `node`: faster, with a library that the operator adds. */
      runtime: z.enum(['web', 'node'], 'a runtime: "web" or "node"').default('web'),
    }),
    z.strictObject({
      kind: z.literal('http'),
      url: address,
      id,
      /** Whether it fetches pictures from the store's public address, as the original's does, instead of being sent them. */
      fetches: z.boolean('true or false').default(false),
    }),
  ],
  'a distance: {"kind": "classical"}, {"kind": "dinov3", "model": …} or {"kind": "http", "url": …}',
)
export type DistanceSettings = z.infer<typeof distanceSchema>

/** All of it, in a file of its own or as part of the operator's settings. Absent: what is built in. */
export const mediaSchema = z.object({
  renderer: rendererSchema.default({ kind: 'cpu' }),
  distance: distanceSchema.default({ kind: 'classical' }),
  judge: judgeSchema.default({ kind: 'offline' }),
})
export type MediaSettings = z.infer<typeof mediaSchema>

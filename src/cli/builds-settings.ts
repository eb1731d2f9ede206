/** `builds` in the operator's settings: who turns miners' code into images, and what they are called. */
import { z } from 'zod'
import { JOB_NAMES } from '../compute/builds/github-jobs.ts'
import { formatProblem } from '../compute/builds/image-reference.ts'

const imageFormat = z
  .string('the name of an image, e.g. ghcr.io/OWNER/NAME/{hotkey10}:{tag}')
  .superRefine((format, context) => {
    const problem = formatProblem(format)
    if (problem !== undefined)
      context.addIssue({ code: 'custom', message: `the name of an image for every entry: ${problem}` })
  })

const SIZE = 'a number of gigabytes above 0, up to 10000'
/** What has to be transferred, of all layers together; weights of models are most of it. */
const maxImageGb = z.number(SIZE).positive(SIZE).max(10_000, SIZE).default(100)

const HERE = ['localhost', '127.0.0.1', '[::1]']
const apiUrl = z
  .url({ protocol: /^https?$/, error: 'the URL of GitHub’s REST API, e.g. https://github.example.com/api/v3' })
  .refine((url) => new URL(url).protocol === 'https:' || HERE.includes(new URL(url).hostname), {
    error: 'an https URL: the token goes there',
    abort: true,
  })

export const buildsSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('local') }),
    z.strictObject({
      kind: z.literal('github'),
      /** Where the workflow runs; that of `repo` where it is a URL of GitHub. */
      repository: z
        .string()
        .regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9_.-]{1,100}$/, 'OWNER/NAME of the repository whose workflow builds')
        .optional(),
      workflow: z
        .string()
        .regex(/^[\w.-]+\.ya?ml$/, 'the file name of a workflow')
        .default('build-and-push.yml'),
      /** The hotkey stands behind it in parentheses. */
      jobs: z
        .array(z.string().min(1, 'the name of a job'))
        .min(1, 'at least one name of a job')
        .default([...JOB_NAMES]),
      image_format: imageFormat,
      max_image_gb: maxImageGb,
      api_url: apiUrl.default('https://api.github.com'),
    }),
    z.strictObject({ kind: z.literal('registry'), image_format: imageFormat, max_image_gb: maxImageGb }),
  ],
  'builds: {"kind": "local"}, {"kind": "github", "image_format": …} or {"kind": "registry", "image_format": …}',
)
export type BuildsSettings = z.infer<typeof buildsSchema>

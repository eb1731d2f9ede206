/** What a job of GitHub Actions says of the image that it was to build. */
import { z } from 'zod'
import type { BuildResult } from '../builder.ts'

export const jobSchema = z.object({
  id: z.int(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  html_url: z.string().nullish(),
  steps: z.array(z.object({ name: z.string(), conclusion: z.string().nullish() })).nullish(),
})
export type BuildJob = z.infer<typeof jobSchema>

/** Of the workflow in our template, and of the original's. */
export const JOB_NAMES: readonly string[] = ['Build and push the image', 'Bake and push images to Google Cloud']

/** Where our template's workflow runs the miner's Dockerfile. All other steps are ours, or may succeed another time. */
const MINERS_STEP = 'Build the image'

const FAILED = ['failure', 'timed_out']

/** One of the names, with the hotkey in parentheses behind it, and nothing else. */
export const isJobOf = ({ name }: BuildJob, names: readonly string[], hotkey: string): boolean =>
  names.some((each) => name === `${each} (${hotkey})`)

export const isBuildJob = ({ name }: BuildJob, names: readonly string[]): boolean =>
  names.some((each) => name.startsWith(`${each} (`) && /^[A-Za-z0-9]+\)$/.test(name.slice(each.length + 2)))

type Outcome = Pick<BuildResult, 'status' | 'detail' | 'provisional'>

/** A failure counts for good where the miner's code can have been its cause; all other ends may be followed by another attempt. */
export function outcomeOf({ status, conclusion, steps }: BuildJob): Outcome {
  if (status !== 'completed') return { status: status === 'in_progress' ? 'in_progress' : 'pending' }
  if (conclusion === 'success') return { status: 'success' }
  if (conclusion === null || !FAILED.includes(conclusion)) {
    return { status: 'failure', provisional: true, detail: `its job ended as ${conclusion ?? 'nothing'}` }
  }
  const failed = steps?.find((step) => FAILED.includes(step.conclusion ?? ''))?.name
  const isTold = steps?.some(({ name }) => name === MINERS_STEP) ?? false
  const detail = failed === undefined ? `its job ended as ${conclusion}` : `its job failed at “${failed}”`
  const isOurs = isTold && failed !== MINERS_STEP
  return { status: 'failure', detail, ...(isOurs && { provisional: true }) }
}

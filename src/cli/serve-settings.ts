/** `serve` in the operator's settings: which jobs run, and when. */
import { z } from 'zod'
import { problemOf } from '../operate/cron.ts'
import type { JobName } from '../operate/job.ts'

const whole = (what: string, min: number, max: number) => {
  const error = `a whole number of ${what} from ${min} to ${max}`
  return z.int({ error }).min(min, { error }).max(max, { error })
}
const minutes = whole('minutes', 1, 10_080)
const text = z.string().min(1, 'a name')

const isSchedule = (value: unknown) => value === false || (typeof value === 'string' && problemOf(value) === undefined)
const expected = (value: unknown) => `false, or ${problemOf(typeof value === 'string' ? value : '')}`
const scheduleSchema = z.custom<string | false>(isSchedule, { error: ({ input }) => expected(input) })

/** `false` stands for a job that is switched off. */
const job = <T extends z.core.$ZodShape>(schedule: string, limitMinutes: number, rest: T) =>
  z.preprocess(
    (value) => (value === false ? { schedule: false } : value),
    z.strictObject(
      {
        schedule: scheduleSchema.default(schedule),
        /** After which a run is told to stop in good order; the next one goes on. */
        limit_minutes: minutes.default(limitMinutes),
        ...rest,
      },
      'false, or {"schedule": "*/10 * * * *", …}',
    ),
  )

export const serveSchema = z.strictObject({
  advance: job('*/10 * * * *', 50, {}).prefault({}),
  weights: job('*/10 * * * *', 60, {
    wallet_name: text.default('default'),
    hotkey: text.default('default'),
    wallet_path: text.optional(),
    /** Absent: the chain that the competition is on. */
    endpoint: text.optional(),
    /** False: the competition is believed, and not verified first. */
    verify: z.boolean().default(true),
  }).prefault(false),
  verify: job('17 3 * * *', 720, {
    /** Also look at the evidence itself, in the store. */
    evidence: z.boolean().default(false),
  }).prefault({}),
  reap: job('9,39 * * * *', 30, {}).prefault({}),
  publish: job('41 * * * *', 120, {
    /** Where the pages go. */
    folder: text.default('public'),
    /** A copy of them in the object store, too, each under the commit that it shows. */
    store: z.boolean().default(false),
  }).prefault({}),
  /** Up to which each run begins later than scheduled, by chance. */
  jitter_seconds: whole('seconds', 0, 3_600).default(20),
  /** How many blocks a stage may be overdue before `late` is told. */
  late_after_blocks: whole('blocks', 0, 10_000_000).default(225),
})
export type ServeSettings = z.infer<typeof serveSchema>
export type JobSettings<N extends JobName> = ServeSettings[N]

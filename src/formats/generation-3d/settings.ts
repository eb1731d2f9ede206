import { z } from 'zod'
import { RoundkeeperError } from '../../errors.ts'
import type { Config } from '../../state/config.ts'

const whole = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`
  return z.int({ error }).min(min, { error }).max(max, { error })
}
const above0 = (what: string) => {
  const error = `a number of ${what} above 0`
  return z.number({ error }).positive({ error })
}
const fraction = () => {
  const error = 'a fraction from 0 to 1'
  return z.number({ error }).min(0, { error }).max(1, { error })
}

/** `config.settings` of an image-to-3D competition; the defaults are those of the original. */
const settingsSchema = z.object({
  /** What a miner serves for each prompt. */
  artifact: z.enum(['glb', 'ply'], { error: '"glb" or "ply"' }).default('glb'),
  max_model_bytes: whole(1, Number.MAX_SAFE_INTEGER).default(209_715_200),
  /** Edge of one preview view in pixels. */
  preview_size: whole(32, 1024).default(518),
  /** Whether splats are drawn as the original draws them, mistakes included. */
  preview_compat: z.boolean({ error: 'true or false' }).default(false),
  /** A leader's output slower than this (seconds) counts against it, beyond the tolerated share of prompts. */
  max_generation_seconds: above0('seconds').default(180),
  overtime_tolerance: fraction().default(0.05),
  /** Limit of the trimmed median over an audit, seconds. */
  median_generation_seconds: above0('seconds').default(90),
  /** Image distance between submitted and regenerated preview up to which both count as the same. */
  acceptable_distance: above0('distance').default(0.1),
  /** Share of the checked prompts that an audit may find mismatched, and that a median trims at each end (rules v1). */
  mismatch_tolerance: fraction().default(0.05),
  /** How often a prompt is tried again when a miner's image fails on it. */
  generation_attempts: whole(1, 10).default(3),
  /** How long a failed download is tried again, counted from the deadline. */
  download_minutes: whole(0, 1440).default(30),
  /** Whether models may be served over http. */
  plain_http: z.boolean({ error: 'true or false' }).default(false),
  /** Whether hosts are asked at the deadline what is there, and what is not does not count. */
  deadline_sweep: z.boolean({ error: 'true or false' }).default(false),
  /** How many pictures, with seeds, that nobody could expect an image is shown before its audit. */
  unseen_prompts: whole(0, 32).default(0),
  /** How images are asked: for one model a request, or for many, which come as one archive. */
  contract: z.enum(['single', 'batch'], { error: '"single" or "batch"' }).default('single'),
  /** Prompts of one batch, at most. */
  batch_prompts: whole(1, 1000).default(32),
  /** From the request for a batch to the last byte of its results, seconds. */
  batch_seconds: above0('seconds').default(3600),
})
export type Settings = z.infer<typeof settingsSchema>

/** Of configurations that were asked about: one is asked about for every match. */
const remembered = new WeakMap<object, Settings>()

/** @throws RoundkeeperError `state-file` naming the setting */
export function settingsOf(config: Pick<Config, 'settings'>): Settings {
  const settings = remembered.get(config) ?? parsed(config)
  remembered.set(config, settings)
  return settings
}

function parsed(config: Pick<Config, 'settings'>): Settings {
  const result = settingsSchema.safeParse(config.settings ?? {})
  if (result.success) return result.data
  const wrong = wrongValues(config, result.error)
  throw new RoundkeeperError('state-file', `config.json: ${wrong.map(describe).join('; ')}`, {
    where: 'config.json',
    hint: 'Correct the setting; the config.json that `init` writes names all of them, with their defaults.',
  })
}

export interface SettingProblem {
  readonly name: string
  readonly found: unknown
  readonly expected: string
}

/** All that is wrong with the settings; names that we do not know as well, which a history may have. */
export function settingProblems(config: Config): SettingProblem[] {
  const known = Object.keys(settingsSchema.shape)
  const unknown = Object.entries(config.settings ?? {}).filter(([name]) => !known.includes(name))
  const parsed = settingsSchema.safeParse(config.settings ?? {})
  return [
    ...(parsed.success ? [] : wrongValues(config, parsed.error)),
    ...unknown.map(([name, found]) => ({ name, found, expected: `one of the settings: ${known.join(', ')}` })),
  ]
}

const wrongValues = ({ settings }: Pick<Config, 'settings'>, error: z.ZodError): SettingProblem[] =>
  error.issues.map(({ path, message }) => {
    const name = path.join('.')
    return { name, found: settings?.[name], expected: message }
  })

const describe = ({ name, found, expected }: SettingProblem) =>
  `settings.${name}: found ${JSON.stringify(found)}, expected ${expected}`

// What the APIs of providers have in common.
import type { z } from 'zod'
import { RoundkeeperError } from '../../errors.ts'
import type { PodCost } from '../pod-provider.ts'

/** @throws `unavailable` for an answer of another form than the provider's documentation says */
export function understood<T extends z.ZodType>(provider: string, schema: T, answer: unknown): z.infer<T> {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const paths = parsed.error.issues.map(({ path, code }) => `${path.join('.') || 'the whole'} (${code})`).join(', ')
  throw new RoundkeeperError('unavailable', `${provider}: its answer is not understood: ${paths}`, {
    where: provider,
    hint: 'Its API may have changed: try again, and if that lasts, take it out of `pods.providers`.',
  })
}

/** Undefined for what is no date. */
export function dateOf(text: string | null | undefined): Date | undefined {
  const date = new Date(text ?? '')
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** What a pod has cost since then, at a price for an hour. */
export function costSince(since: Date, now: Date, perHour: number | undefined, currency = 'USD'): PodCost {
  const seconds = Math.max(0, (now.getTime() - since.getTime()) / 1000)
  if (perHour === undefined || !Number.isFinite(perHour)) return { seconds }
  return { seconds, amount: (perHour * seconds) / 3600, currency }
}

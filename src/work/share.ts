import { createHash } from 'node:crypto'
import type { Task } from '../engine/work-pool.ts'
import { RoundkeeperError } from '../errors.ts'
import { canonicalJson } from '../store/canonical-json.ts'

/** One of `of` equal parts of the work; `at` counts from 1. */
export interface Share {
  readonly at: number
  readonly of: number
}

export const MAX_SHARES = 256
export const ALL: Share = { at: 1, of: 1 }

/** `2/8` @throws `usage` */
export function parseShare(text: string): Share {
  const [, at, of] = /^(\d{1,3})\/(\d{1,3})$/.exec(text)?.map(Number) ?? []
  if (at !== undefined && of !== undefined && at >= 1 && at <= of && of <= MAX_SHARES) return { at, of }
  throw new RoundkeeperError('usage', `${JSON.stringify(text.slice(0, 20))} is no share of the work`, {
    where: '--shard',
    hint: `Write i/n, e.g. 2/8: i from 1 to n, n at most ${MAX_SHARES}.`,
  })
}

/** What is of one miner is in one share, so that whoever does it keeps the bounds of one miner. */
export const isIn = (task: Task, { at, of }: Share): boolean =>
  createHash('sha256')
    .update(task.of ?? idOf(task))
    .digest()
    .readUInt32BE() %
    of ===
  at - 1

/** Names a piece of work by everything that it depends on: the same piece has the same name everywhere. */
export const idOf = ({ kind, input }: Task): string =>
  createHash('sha256').update(canonicalJson({ kind, input })).digest('hex')

/** For people. */
export const describeTask = ({ kind, of, input }: Task): string => `${kind} of ${of?.slice(0, 10) ?? aboutOf(input)}`

function aboutOf(input: unknown): string {
  const { image, model, prompt } = input as { image?: string; model?: string; prompt?: { name?: string } }
  return String(image ?? prompt?.name ?? model ?? '').slice(0, 60) || 'the round'
}

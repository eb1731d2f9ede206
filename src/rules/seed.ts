/** A round's seed, from public randomness that was named before it existed. */

import type { Randomness } from '../chain/chain.ts'
import { RoundkeeperError } from '../errors.ts'
import type { Config } from '../state/config.ts'
import type { RandomnessSource, Schedule } from '../state/schedule.ts'
import type { Seed } from '../state/seed.ts'
import { sha256Hex } from './digest.ts'
import { extendedDeadline } from './schedule.ts'

export const SEED_ALGORITHM = 'roundkeeper-seed-v1'

export interface SeedInput {
  readonly competition: string
  readonly round: number
  readonly source: RandomnessSource
  /** The public value, hex, with or without `0x`. */
  readonly value: string
  /** `sha256:…` of the bytes of `submissions.json`. */
  readonly submissionsDigest: string
}

/**
 * The first 4 bytes, big-endian, of the SHA-256 of the compact JSON array
 * `["roundkeeper-seed-v1", competition, round, source…, value, submissionsDigest]`, where the source is
 * `"block", number` or `"drand", chain, round`.
 * @returns an integer in [0, 2³²)
 * @throws RoundkeeperError `state-file` when the value is not hex
 */
export function deriveSeed({ competition, round, source, value, submissionsDigest }: SeedInput): number {
  const named = source.kind === 'block' ? ['block', source.block] : ['drand', source.chain, source.round]
  const input = [SEED_ALGORITHM, competition, round, ...named, hexOf(value), submissionsDigest]
  return firstWord(sha256Hex(JSON.stringify(input)))
}

/** For a schedule that names no randomness: the first 4 bytes of the value, big-endian. */
export function legacySeed(value: string): number {
  return firstWord(hexOf(value))
}

export interface PublishedSeed {
  readonly config: Config
  readonly round: number
  readonly schedule: Schedule
  readonly value: Randomness
  /** `sha256:…` of the bytes of `submissions.json`. */
  readonly submissionsDigest: string
  /** The head of the chain at that time. */
  readonly publishedAtBlock: number
}

/** All of `seed.json`: the seed, what it was made of, and a later deadline when it comes late. */
export function seedRecord({
  config,
  round,
  schedule,
  value: { value, signature },
  submissionsDigest,
  publishedAtBlock,
}: PublishedSeed): Seed {
  const randomness = randomnessOf(schedule)
  if (schedule.randomness === undefined) return { seed: legacySeed(value), randomness, value }
  const deadline_block = extendedDeadline(schedule, config, publishedAtBlock)
  return {
    seed: deriveSeed({ competition: config.name, round, source: randomness, value, submissionsDigest }),
    algorithm: SEED_ALGORITHM,
    randomness,
    value,
    submissions_digest: submissionsDigest,
    published_at_block: publishedAtBlock,
    ...(deadline_block === undefined ? {} : { deadline_block }),
    ...(signature === undefined ? {} : { signature }),
  }
}

/** The randomness that a schedule names; by default the hash of the block that closes the window. */
export function randomnessOf(schedule: Schedule): RandomnessSource {
  return schedule.randomness ?? { kind: 'block', block: schedule.latest_reveal_block }
}

const firstWord = (hex: string) => Number.parseInt(hex.slice(0, 8), 16)

function hexOf(value: string): string {
  const hex = value.toLowerCase().replace(/^0x/, '')
  if (hex.length >= 8 && /^[0-9a-f]+$/.test(hex)) return hex
  throw new RoundkeeperError('state-file', `not a public random value: ${JSON.stringify(value.slice(0, 80))}`, {
    where: 'seed.json: value',
    hint: 'Expected at least 8 hex digits: a block hash, or the randomness of a drand round.',
  })
}

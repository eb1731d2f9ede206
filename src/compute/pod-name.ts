// The name of a pod says whose it is, for providers without labels: `miner-07-5fhnew46xg-0-<competition>-<run>-<time>`.
import { createHash } from 'node:crypto'
import type { PodOwner } from './pods.ts'

export interface PodNameParts {
  readonly round: number
  /** Hotkey and index, as `5fhnew46xg-0`. */
  readonly subject: string
  /** Of eight hex digits: two competitions on one account never touch each other's pods. */
  readonly competition: string
  readonly run: string
  /** When it was asked for: not every provider tells. */
  readonly at: Date
}

const pattern = /^miner-(\d{2,6})-([a-z0-9-]+)-([0-9a-f]{8})-([0-9a-z]{10,20})-([0-9a-z]{8,9})$/
const MAX_SUBJECT = 16

export const competitionKey = (competition: string) =>
  createHash('sha256').update(competition).digest('hex').slice(0, 8)

/** At most 60 lower-case letters, digits and dashes: what all providers take. */
export function podName(owner: PodOwner, subject: string, run: string, at: Date): string {
  const short = subject
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(-MAX_SUBJECT)
    .replace(/^-+|-+$/g, '')
  const round = String(owner.round).padStart(2, '0')
  const time = at.getTime().toString(36).padStart(8, '0')
  return `miner-${round}-${short || 'pod'}-${competitionKey(owner.competition)}-${run}-${time}`
}

/** Undefined for what `podName` did not make. */
export function parsePodName(name: string): PodNameParts | undefined {
  const [, round = '', subject = '', competition = '', run = '', time = ''] = pattern.exec(name) ?? []
  if (round === '') return undefined
  return { round: Number(round), subject, competition, run, at: new Date(Number.parseInt(time, 36)) }
}

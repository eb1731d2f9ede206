import type { Snapshot } from '../engine/snapshot.ts'
import { files, type RandomnessSource, type Schedule, type Seed } from '../state/index.ts'
import type { Fact } from './views.ts'

/** The circumstances of a round: when it was open, and where its seed came from. */
export async function readFacts(snapshot: Snapshot, round: number): Promise<Fact[]> {
  const schedule = await snapshot.find(files.schedule, round)
  const seed = await snapshot.find(files.seed, round)
  const reveals = await snapshot.find(files.reveals, round)
  const read = reveals && { name: 'Reveals read', value: `at block ${reveals.read_at_block}`, note: reveals.block_hash }
  return [...(schedule ? whenFacts(schedule) : []), ...(read ? [read] : []), ...(seed ? seedFacts(seed) : [])]
}

function whenFacts(schedule: Schedule): Fact[] {
  const { earliest_reveal_block: from, latest_reveal_block: to, generation_deadline_block: deadline } = schedule
  const starts = schedule.starts_at === undefined ? {} : { note: `closes about ${String(schedule.starts_at)}` }
  return [
    { name: 'Submission window', value: `blocks ${from} to ${to}`, ...starts },
    { name: 'Outputs due', value: deadline === undefined ? 'not on record' : `block ${deadline}` },
  ]
}

function seedFacts({ seed, randomness, value, algorithm, submissions_digest: digest }: Seed): Fact[] {
  if (randomness === undefined) return [{ name: 'Seed', value: String(seed), note: 'drawn in private' }]
  return [
    { name: 'Seed', value: String(seed), ...(algorithm === undefined ? {} : { note: algorithm }) },
    { name: 'Randomness', value: sourceText(randomness), ...(value === undefined ? {} : { note: value }) },
    ...(digest === undefined ? [] : [{ name: 'Entries', value: 'mixed into the seed', note: digest }]),
  ]
}

const sourceText = (source: RandomnessSource) =>
  source.kind === 'block' ? `hash of block ${source.block}` : `drand round ${source.round}`

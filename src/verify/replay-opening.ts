import { isDeepStrictEqual } from 'node:util'
import type { Reveal } from '../chain/chain.ts'
import type { Records } from '../engine/records.ts'
import { revealSchemaOf } from '../formats/index.ts'
import { digestOf } from '../rules/digest.ts'
import { selectSubmissions } from '../rules/reveals.ts'
import { deriveSeed, legacySeed, SEED_ALGORITHM, seedRecord } from '../rules/seed.ts'
import { type Config, files, type Submissions } from '../state/index.ts'
import { type Compared, compare, demanded } from './compare.ts'
import { differencesOf } from './differences.ts'

/** Selects the entries again from the recorded reveals; a legacy round only has the entries themselves to go by. */
export async function replaySubmissions(
  snapshot: Records,
  config: Config,
  round: number,
  submissions: Submissions,
): Promise<Compared<string[]>> {
  const schedule = await snapshot.find(files.schedule, round)
  const recorded = Object.keys(submissions)
  if (schedule === undefined) return compare(recorded, undefined, 'no schedule on record')
  const reveals = await snapshot.find(files.reveals, round)
  const selected = selectSubmissions({
    reveals: reveals
      ? reveals.hotkeys.flatMap((record) => record.reveals.map((r) => ({ hotkey: record.hotkey, ...r })))
      : asReveals(submissions),
    window: { earliest: schedule.earliest_reveal_block, latest: schedule.latest_reveal_block },
    schema: revealSchemaOf(config),
    round: `${config.name}-${round}`,
    rules: config.rules ?? 'legacy',
  })
  const names = compare(recorded, Object.keys(selected.submissions))
  if (reveals !== undefined) {
    const differences = differencesOf(plainly(submissions), plainly(selected.submissions))
    if (!names.equal || differences.length === 0) return names
    return { ...names, equal: false, note: 'an entry is not what was revealed', differences }
  }
  if (config.rules === 'v1') return { ...names, equal: false, note: 'the reveals are not on record' }
  return { ...names, note: 'the reveals are not on record: window, form and order of the entries were checked' }
}

const plainly = (submissions: Submissions): unknown => JSON.parse(files.submissions.serialise(submissions))

/** What a hotkey must have revealed to be entered as it was. */
function asReveals(submissions: Submissions): Reveal[] {
  return Object.entries(submissions).map(([hotkey, { repo, commit, cdn_url, revealed_at_block }]) => ({
    hotkey,
    block: revealed_at_block,
    text: JSON.stringify({ repo, commit, cdn_url }),
  }))
}

export async function replaySeed(snapshot: Records, config: Config, round: number): Promise<Compared<number>> {
  const recorded = await snapshot.find(files.seed, round)
  if (recorded === undefined) return compare<number>(undefined, undefined, 'no seed on record')
  const { seed, algorithm, randomness, value } = recorded
  const schedule = await snapshot.find(files.schedule, round)
  const named = schedule?.randomness
  if (named !== undefined && (algorithm !== SEED_ALGORITHM || !isDeepStrictEqual(randomness, named))) {
    return { ...compare<number>(seed, undefined), equal: false, note: 'not drawn from what the schedule names' }
  }
  if (randomness === undefined || value === undefined) {
    return demanded(compare<number>(seed, undefined, 'the seed was drawn in private'), named !== undefined)
  }
  if (algorithm !== SEED_ALGORITHM) return compare(seed, legacySeed(value))
  const text = (await snapshot.text(files.submissions.path(round))) ?? ''
  const submissionsDigest = digestOf(text)
  const recomputed = deriveSeed({ competition: config.name, round, source: randomness, value, submissionsDigest })
  const publishedAtBlock = recorded.published_at_block
  if (schedule !== undefined && publishedAtBlock !== undefined) {
    const again = seedRecord({ config, round, schedule, value, submissionsDigest, publishedAtBlock })
    if (again.deadline_block !== recorded.deadline_block) {
      return {
        ...compare(seed, recomputed),
        equal: false,
        note: 'its deadline does not follow from when it was published',
      }
    }
  }
  return compare(seed, recomputed)
}

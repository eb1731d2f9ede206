import { isDeepStrictEqual } from 'node:util'
import type { Reveal } from '../chain/chain.ts'
import type { Records } from '../engine/records.ts'
import { isError } from '../errors.ts'
import { revealSchemaOf } from '../formats/index.ts'
import { digestOf } from '../rules/digest.ts'
import { drandPublicKey, quicknet } from '../rules/drand.ts'
import { recordedEvidence } from '../rules/reveal-evidence.ts'
import { type Selected, type Selection, selectSubmissions } from '../rules/reveals.ts'
import { deriveSeed, legacySeed, type PublishedSeed, randomnessOf, SEED_ALGORITHM, seedRecord } from '../rules/seed.ts'
import {
  type Config,
  files,
  type RandomnessSource,
  type RevealReason,
  type Reveals,
  type Schedule,
  type Seed,
  type Submissions,
} from '../state/index.ts'
import { believing, type Compared, compare, demanded, refuted } from './compare.ts'
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
  const selection: Selection = {
    ...(reveals ? recordedEvidence(reveals.hotkeys) : { reveals: asReveals(submissions) }),
    window: { earliest: schedule.earliest_reveal_block, latest: schedule.latest_reveal_block },
    schema: revealSchemaOf(config),
    round: `${config.name}-${round}`,
    rules: config.rules ?? 'legacy',
  }
  const selected = selectSubmissions(selection)
  const names = compare(recorded, Object.keys(selected.submissions))
  if (reveals !== undefined) return compareReveals(names, submissions, reveals, { selection, selected, schedule })
  if (config.rules === 'v1') return refuted(names, 'the reveals are not on record')
  const note = 'the reveals are not on record: window, form and order of the entries were checked'
  const wrong = names.equal === true ? differencesOf(plainly(submissions), plainly(selected.submissions)) : []
  return wrong.length > 0 ? refuted(names, WRONG_ENTRY, wrong) : believing({ ...names, note }, note)
}

const WRONG_ENTRY = 'an entry is not what was revealed'

function compareReveals(
  names: Compared<string[]>,
  submissions: Submissions,
  reveals: Reveals,
  by: { selection: Selection; selected: Selected; schedule: Schedule },
): Compared<string[]> {
  const { latest_reveal_block } = by.schedule
  if (names.equal !== true) return names
  const { selection, selected } = by
  const entries = differencesOf(plainly(submissions), plainly(selected.submissions))
  if (entries.length > 0) return refuted(names, WRONG_ENTRY, entries)
  if (reveals.read_at_block !== latest_reveal_block) {
    const note = `the chain was read at block ${reveals.read_at_block} instead of ${latest_reveal_block}, where the window closed`
    return refuted(names, note)
  }
  const told = differencesOf(reveals.hotkeys, selected.records)
  if (told.length > 0) return refuted(names, 'what became of a reveal is not what was told', told)
  const refused = (code: RevealReason) => reveals.hotkeys.filter(({ reason_code }) => reason_code === code).length
  const missing = refused('commit-missing')
  const others = namesDecided(selection, selected) ? refused('other-hotkey') : 0
  const notes = [
    ...(missing === 0 ? [] : [`${missing} refused: the host said that their code is not there`]),
    ...(others === 0 ? [] : [`${others} refused: the host had commits that name other hotkeys`]),
  ]
  return believing(names, notes.length === 0 ? undefined : notes.join('; '))
}

/** Whether anything else would have been entered if no commit named its hotkey: most copies would be refused anyway. */
function namesDecided(selection: Selection, { submissions, records }: Selected): boolean {
  if (!records.some(({ reason_code }) => reason_code === 'other-hotkey')) return false
  const without = selectSubmissions({ ...selection, commitHotkeys: new Map() })
  return !isDeepStrictEqual(without.submissions, submissions)
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

/** Derives the seed again from the randomness that the schedule named and from the very bytes of the entries. */
export async function replaySeed(snapshot: Records, config: Config, round: number): Promise<Compared<number>> {
  const recorded = await snapshot.find(files.seed, round)
  if (recorded === undefined) return compare<number>(undefined, undefined, 'no seed on record')
  const { seed, algorithm, randomness, value, signature } = recorded
  const schedule = await snapshot.find(files.schedule, round)
  const named = schedule?.randomness
  if (named !== undefined && (algorithm !== SEED_ALGORITHM || !isDeepStrictEqual(randomness, named)))
    return refuted(compare<number>(seed, undefined), 'not drawn from what the schedule names')
  if (randomness === undefined || value === undefined)
    return demanded(compare<number>(seed, undefined, 'the seed was drawn in private'), named !== undefined)
  if (!PUBLIC_VALUE.test(value)) return refuted(compare<number>(seed, undefined), 'its randomness is no public value')
  if (signature !== undefined && !(await isSigned(randomness, value, signature)))
    return refuted(compare<number>(seed, undefined), 'its randomness is not what the drand network signed')
  if (algorithm !== SEED_ALGORITHM)
    return believing(compare(seed, legacySeed(value)), believedSource(recorded, schedule))
  const submissionsDigest = digestOf((await snapshot.text(files.submissions.path(round))) ?? '')
  const recomputed = deriveSeed({ competition: config.name, round, source: randomness, value, submissionsDigest })
  const compared = believing(compare(seed, recomputed), believedSource(recorded, schedule))
  const wrong = wrongBesides(recorded, { config, round, schedule, value, submissionsDigest })
  return wrong === undefined || compared.equal === false ? compared : refuted(compared, wrong)
}

/** A block's hash, or the randomness of a drand round. */
const PUBLIC_VALUE = /^(0x)?[0-9a-f]{64}$/

/** Whether a drand network published this value in this round, told from its key alone. */
async function isSigned(source: RandomnessSource, value: string, signature: string): Promise<boolean> {
  if (source.kind !== 'drand') return false
  // The curve is only loaded for seeds that need it.
  const { verifyPulse } = await import('../chain/timelock/pulse.ts')
  try {
    return verifyPulse(source.round, signature, value, drandPublicKey(source.chain))
  } catch (error) {
    if (isError(error, 'usage')) return false
    throw error
  }
}

/**
 * Where the schedule names no randomness, the block that closes the window is the rule; any other was chosen. A drand
 * network of one's own has a secret that somebody holds.
 */
function believedSource({ randomness }: Seed, schedule: Schedule | undefined): string | undefined {
  if (schedule === undefined) return 'no schedule on record: the randomness may have been chosen'
  if (randomness?.kind === 'drand' && !isPublic(randomness.chain))
    return 'its drand network is not a public one: whoever holds its key knew the seed before'
  return isDeepStrictEqual(randomness, randomnessOf(schedule)) ? undefined : 'the randomness was not named beforehand'
}

const isPublic = (chain: string) => [quicknet.name, quicknet.hash, quicknet.publicKey].includes(chain)

/** What is wrong with the record of the seed although the seed is right. */
function wrongBesides(
  recorded: Seed,
  by: Pick<PublishedSeed, 'config' | 'round' | 'submissionsDigest'> & { value: string; schedule: Schedule | undefined },
): string | undefined {
  const { submissions_digest, published_at_block: publishedAtBlock } = recorded
  if (submissions_digest !== undefined && submissions_digest !== by.submissionsDigest)
    return 'its digest of the entries is not that of submissions.json'
  const { schedule } = by
  if (schedule === undefined || publishedAtBlock === undefined) return undefined
  if (publishedAtBlock < schedule.latest_reveal_block)
    return `published at block ${publishedAtBlock}, before the window closed at ${schedule.latest_reveal_block}`
  const again = seedRecord({ ...by, value: { value: by.value }, schedule, publishedAtBlock })
  return again.deadline_block === recorded.deadline_block
    ? undefined
    : 'its deadline does not follow from when it was published'
}

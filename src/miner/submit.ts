/**
 * The two halves of an entry, each a commitment: first the id of the code, then where code and models lie. Everything that
 * would go wrong is looked for before anything is sent. Order and words follow the miners' own tools.
 */

import { pythonJson } from '../chain/python-json.ts'
import { RoundkeeperError } from '../errors.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import { demandCode, demandRegistered, type Submitting, warningsOf } from './before-sending.ts'
import { checkCdn } from './cdn-check.ts'
import { awaitReveal, type CommitRequest, type Committed, prepareCommit, sendCommit } from './commit-reveal.ts'
import { type Commitments, commitmentsIn, type Revealed } from './commitments.ts'
import { findDocument } from './documents.ts'
import type { MinerChain } from './miner-chain.ts'
import type { SeenCommit } from './naming.ts'
import { pendingOf } from './pending.ts'
import { type Place, placeAt, readHead, readStanding } from './place.ts'
import { saying } from './saying.ts'
import type { Sealing } from './sealing.ts'
import { checkCdnUrl, checkHash, checkRepo } from './submission-checks.ts'
import { roundAt, windowOf } from './window.ts'

export type { Submitting } from './before-sending.ts'

export interface Submitted {
  /** That it counts for: as seen when it was sent, or where it was revealed when somebody waited for that. */
  readonly round: number
  /** As it was looked at before it was sent. */
  readonly sealing: Sealing
  /** Absent after a dry run. */
  readonly committed?: Committed
  readonly revealedAt?: number
}

/** `{"commit": …}` @throws RoundkeeperError, before anything is sent where that can be */
export async function submitHash(to: Submitting, hash: string): Promise<Submitted> {
  checkHash(hash)
  const { chain, place } = await arrive(to)
  try {
    const own = await lookUp(to, chain, place)
    if (to.warnOfMissingHalf && (own.repo === undefined || own.cdn_url === undefined)) {
      to.warn(`You have not committed repo and cdn_url for round ${place.counting}.`)
    }
    if (own.commit !== undefined) {
      const config = await findDocument(to.documents, files.config)
      to.warn(seenBefore(own.commit, hash, config?.rules))
    }
  } catch (error) {
    if (!(error instanceof RoundkeeperError)) throw error
    to.warn(error.message)
  }
  return submit(to, chain, place, { commit: hash })
}

/** `{"repo": …, "cdn_url": …}`, once the hash is revealed. @throws as above */
export async function submitRepoCdn(to: Submitting, repo: string, cdnUrl: string): Promise<Submitted> {
  checkRepo(repo)
  const url = checkCdnUrl(cdnUrl)
  const { chain, place } = await arrive(to)
  const { commit } = await lookUp(to, chain, place)
  if (commit === undefined) throw await hashMissing(to, chain, place.counting)
  const seen = await demandCode(to, repo, commit.value)
  for (const warning of (await checkCdn(url)).warnings) to.warn(warning)
  return submit(to, chain, place, { repo, cdn_url: cdnUrl }, seen)
}

async function arrive({ documents, chain: open }: Submitting): Promise<{ chain: MinerChain; place: Place }> {
  const standing = await readStanding(documents)
  const chain = await saying('Failed to fetch current block', open)
  return { chain, place: placeAt(await readHead(chain), standing) }
}

const lookUp = ({ netuid, hotkey }: Submitting, chain: MinerChain, place: Place): Promise<Commitments> =>
  saying(`Failed to fetch information about your commitments in round ${place.counting}`, async () => {
    const reveals = await chain.reveals(netuid, place.head.number)
    const own = reveals.filter((reveal) => reveal.hotkey === hotkey.address)
    return commitmentsIn(windowOf(place.counting, place.round, place.schedule), own)
  })

async function submit(
  to: Submitting,
  chain: MinerChain,
  place: Place,
  fields: Readonly<Record<string, string>>,
  seen?: SeenCommit,
): Promise<Submitted> {
  const { netuid, hotkey, patience, pending } = to
  await demandRegistered(to, chain)
  const request: CommitRequest = { netuid, hotkey, text: pythonJson(fields), pending }
  const sealing = await prepareCommit(chain, request, patience)
  for (const warning of await warningsOf(to, chain, place, sealing, seen)) to.warn(warning)
  if (to.dryRun) return { round: place.counting, sealing }

  patience.progress(`Sending, and waiting until it is final: ${request.text}`)
  const committed = await sendCommit(chain, request, patience)
  if (!to.wait) return { round: place.counting, sealing, committed }
  const revealedAt = await awaitReveal(chain, request, committed, patience)
  return { round: roundAt(revealedAt, place) ?? place.counting, sealing, committed, revealedAt }
}

async function hashMissing(
  { netuid, hotkey }: Submitting,
  chain: MinerChain,
  round: number,
): Promise<RoundkeeperError> {
  const pending = await pendingOf(chain, netuid, hotkey.address)
  return new RoundkeeperError('refused', `You have not committed hash for round ${round}. Please commit hash first.`, {
    hint:
      pending === undefined
        ? 'miner commit-hash --hash $(git rev-parse HEAD)'
        : `Something of yours is not revealed yet (block ${pending.block}, due at about ${pending.expectedRevealBlock ?? '?'}): wait for it.`,
  })
}

/** Under `legacy` the newest hash counts, under `v1` the newest whose place was told after it. */
function seenBefore({ value, block }: Revealed, hash: string, rules: Config['rules'] | undefined): string {
  if (value === hash)
    return `This hash is revealed already, since block ${block}: committing it again gains nothing and may cost your place.`
  const when = rules === 'v1' ? ', once you say again where the code is' : ''
  return `This replaces your hash ${value} of block ${block}, and its place in the order of entries${when}.`
}

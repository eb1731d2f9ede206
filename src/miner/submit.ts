/**
 * The two halves of an entry, each a commitment: first the id of the code, then where code and models lie. Everything that
 * would go wrong is looked for before anything is sent. Order and words follow the miners' own tools.
 */

import { pythonJson } from '../chain/python-json.ts'
import { RoundkeeperError } from '../errors.ts'
import { explainReason } from '../rules/reveal-reasons.ts'
import type { RevealSchema } from '../rules/reveals.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import type { Keypair } from '../wallet/keypair.ts'
import { checkCdn } from './cdn-check.ts'
import {
  awaitReveal,
  type CommitRequest,
  type Committed,
  type Patience,
  prepareCommit,
  sendCommit,
} from './commit-reveal.ts'
import { type Commitments, commitmentsIn } from './commitments.ts'
import { type Documents, findDocument } from './documents.ts'
import { locksOf } from './lock.ts'
import type { MinerChain } from './miner-chain.ts'
import { pendingOf } from './pending.ts'
import { type Place, placeAt, placeWarnings, readHead, readStanding } from './place.ts'
import { prospectsOf } from './prospects.ts'
import { saying } from './saying.ts'
import { missingPulses, type Sealing } from './sealing.ts'
import { checkCdnUrl, checkHash, checkRepo } from './submission-checks.ts'
import { roundAt, windowOf } from './window.ts'

/** Whether a public repository contains a commit, as the port `CodeHost` answers. */
export type AskForCode = (repo: string, commit: string) => Promise<'yes' | 'no' | 'unknown'>

export interface Submitting {
  readonly documents: Documents
  readonly chain: () => Promise<MinerChain>
  readonly hotkey: Keypair
  readonly netuid: number
  /** What one hotkey should have locked, in whole units; nobody looks when absent. */
  readonly requiredLock?: number
  /** Fields as the collector will look at them. */
  readonly schema: (config: Config) => RevealSchema
  /** Nobody is asked where it is absent. */
  readonly contains?: AskForCode
  readonly pending: NonNullable<CommitRequest['pending']>
  /** Comes back only when the reveal shows. */
  readonly wait: boolean
  readonly dryRun: boolean
  readonly patience: Patience
  readonly warn: (text: string) => void
}

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
    if (own.repo === undefined || own.cdn_url === undefined) {
      to.warn(`You have not committed repo and cdn_url for round ${place.counting}.`)
    }
    if (own.commit !== undefined) to.warn(seenBefore(own.commit, hash))
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
  await checkCode(to, repo, commit.value)
  for (const warning of (await checkCdn(url)).warnings) to.warn(warning)
  return submit(to, chain, place, { repo, cdn_url: cdnUrl })
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
): Promise<Submitted> {
  const { netuid, hotkey, patience, pending } = to
  await demandRegistered(chain, netuid, hotkey.address)
  await warnOfLock(to, chain)
  const request: CommitRequest = { netuid, hotkey, text: pythonJson(fields), pending }
  const sealing = await prepareCommit(chain, request, patience)
  for (const warning of placeWarnings(place, sealing.expectedRevealBlock)) to.warn(warning)
  await warnOfProspects(to, chain, place, sealing)
  const missing = missingPulses(sealing)
  if (missing > 0) to.warn(`The chain has not had drand’s last ${missing} pulses: nothing is revealed until they come.`)
  if (to.dryRun) return { round: place.counting, sealing }

  patience.progress(`Sending, and waiting until it is final: ${request.text}`)
  const committed = await sendCommit(chain, request, patience)
  if (!to.wait) return { round: place.counting, sealing, committed }
  const revealedAt = await awaitReveal(chain, request, committed, patience)
  return { round: roundAt(revealedAt, place) ?? place.counting, sealing, committed, revealedAt }
}

/** @throws `refused` */
async function demandRegistered(chain: MinerChain, netuid: number, hotkey: string): Promise<void> {
  const { neurons } = await chain.metagraph(netuid)
  if (neurons.some((neuron) => neuron.hotkey === hotkey)) return
  throw new RoundkeeperError('refused', `Your hotkey ${hotkey} is not registered on subnet ${netuid}`, {
    hint: `Register it first, with Bittensor’s own tools: btcli subnet register --netuid ${netuid}`,
  })
}

/** By the collector's own rules: what would become of the entry if the window closed right after this. */
async function warnOfProspects(to: Submitting, chain: MinerChain, place: Place, sealing: Sealing): Promise<void> {
  const { documents, netuid, schema, warn } = to
  const hotkey = to.hotkey.address
  const config = await findDocument(documents, files.config)
  if (config === undefined) return
  const coming = { hotkey, text: sealing.text, block: sealing.expectedRevealBlock }
  const { counting: round, head } = place
  const request = { chain, netuid, hotkey, config, schema, round, current: place, block: head.number, coming }
  const { record } = await prospectsOf(request)
  const own = record?.reveals.find(({ text, block }) => text === coming.text && block === coming.block)
  const codes = new Set([own?.reason_code, record?.reason_code])
  for (const code of codes) {
    // The second half is still to come.
    if (code === undefined || code === 'not-located') continue
    const { meaning, remedy } = explainReason(code)
    const why = code === record?.reason_code && record.reason !== '' ? `${record.reason}.` : meaning
    warn(`As it is, ${config.name} would not take it (${code}): ${why} ${remedy}`)
  }
}

async function warnOfLock({ requiredLock, netuid, hotkey, warn }: Submitting, chain: MinerChain): Promise<void> {
  if (requiredLock === undefined || requiredLock === 0) return
  const lock = (await locksOf(chain, netuid, [hotkey.address], requiredLock)).get(hotkey.address)
  if (lock === undefined || lock.sufficient) return
  warn(`Your coldkey ${lock.coldkey} has locked ${lock.locked} of the ${lock.required} ρ that are required.`)
}

/** @throws `refused` when the repository is known not to have the commit: such an entry is void */
async function checkCode({ contains, warn }: Submitting, repo: string, commit: string): Promise<void> {
  const found = await contains?.(repo, commit)
  if (found === undefined || found === 'unknown')
    return warn(`Nobody could look whether ${repo} contains ${commit}: see that it is public.`)
  if (found === 'yes') return
  throw new RoundkeeperError(
    'refused',
    `The repository ${repo} does not contain the commit ${commit} that you committed`,
    {
      hint: 'Push exactly that commit and make the repository public: amending or rebasing makes another one.',
    },
  )
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
        : `Something of yours is not revealed yet (block ${pending.block}, due at about ${pending.expectedRevealBlock ?? 'no'}): wait for it.`,
  })
}

const seenBefore = ({ value, block }: { value: string; block: number }, hash: string) =>
  value === hash
    ? `This hash is revealed already, since block ${block}: committing it again gains nothing and may cost your place.`
    : `This replaces your hash ${value} of block ${block}, and its place in the order of entries.`

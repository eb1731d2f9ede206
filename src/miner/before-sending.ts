/** What keeps a commitment from being sent, and what its miner should hear before it is: there it can be replaced, not taken back. */
import { RoundkeeperError } from '../errors.ts'
import { explainReason } from '../rules/reveal-reasons.ts'
import type { RevealSchema } from '../rules/reveals.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import type { Keypair } from '../wallet/keypair.ts'
import type { CommitRequest, Patience } from './commit-reveal.ts'
import { type Documents, findDocument } from './documents.ts'
import { locksOf } from './lock.ts'
import type { MinerChain } from './miner-chain.ts'
import { namingAdvice, type SeenCommit } from './naming.ts'
import { type Place, placeWarnings } from './place.ts'
import { otherSubnet, prospectsOf } from './prospects.ts'
import { missingPulses, type Sealing } from './sealing.ts'

/** Whether a public repository contains a commit, and whose that says it is, as the port `CodeHost` answers. */
export type AskForCode = (
  repo: string,
  commit: string,
) => Promise<{ readonly found: 'yes' | 'no' | 'unknown'; readonly hotkey?: string | null }>

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
  readonly findCode?: AskForCode
  readonly pending: NonNullable<CommitRequest['pending']>
  /** Comes back only when the reveal shows. */
  readonly wait: boolean
  readonly dryRun: boolean
  /** Says with the first half that the second is missing, as the original does; it always is, in the order that is meant. */
  readonly warnOfMissingHalf?: boolean
  readonly patience: Patience
  readonly warn: (text: string) => void
}

/** @throws `refused` */
export async function demandRegistered({ netuid, hotkey }: Submitting, chain: MinerChain): Promise<void> {
  const { neurons } = await chain.metagraph(netuid)
  if (neurons.some((neuron) => neuron.hotkey === hotkey.address)) return
  throw new RoundkeeperError('refused', `Your hotkey ${hotkey.address} is not registered on subnet ${netuid}`, {
    hint: `Register it first: roundkeeper miner register --netuid ${netuid} --limit TAO`,
  })
}

/** @throws `refused` when the repository is known not to have the commit: such an entry is void */
export async function demandCode(
  { findCode, warn }: Submitting,
  repo: string,
  commit: string,
): Promise<SeenCommit | undefined> {
  const { found = 'unknown', ...named } = (await findCode?.(repo, commit)) ?? {}
  if (found === 'yes') return { commit, ...named }
  if (found === 'unknown') {
    warn(`The host of ${repo} did not say whether it contains ${commit}: see for yourself that it is public, and does.`)
    return undefined
  }
  throw new RoundkeeperError(
    'refused',
    `The repository ${repo} does not contain the commit ${commit} that you committed`,
    {
      hint: 'Push exactly that commit and make the repository public: amending or rebasing makes another one.',
    },
  )
}

/** @throws `unavailable` */
export async function warningsOf(
  to: Submitting,
  chain: MinerChain,
  place: Place,
  sealing: Sealing,
  seen: SeenCommit | undefined,
): Promise<readonly string[]> {
  return [
    ...placeWarnings(place, sealing.expectedRevealBlock),
    ...(await prospectWarnings(to, chain, place, sealing, seen)),
    ...(await lockWarnings(to, chain)),
    ...pulseWarnings(sealing),
  ]
}

/** By the collector's own rules: what would become of the entry if the window closed right after this. */
async function prospectWarnings(
  to: Submitting,
  chain: MinerChain,
  place: Place,
  sealing: Sealing,
  seen: SeenCommit | undefined,
): Promise<string[]> {
  const { documents, netuid, schema } = to
  const hotkey = to.hotkey.address
  const config = await findDocument(documents, files.config)
  if (config === undefined) return []
  const coming = { hotkey, text: sealing.text, block: sealing.expectedRevealBlock }
  const { counting: round, head } = place
  const request = { chain, netuid, hotkey, config, schema, round, current: place, block: head.number, coming, seen }
  const { record } = await prospectsOf(request)
  const own = record?.reveals.find(({ text, block }) => text === coming.text && block === coming.block)
  // The second half is still to come.
  const codes = [...new Set([own?.reason_code, record?.reason_code])].filter((code) => code !== 'not-located')
  const warnings = codes.flatMap((code) => {
    if (code === undefined) return []
    const { meaning, remedy } = explainReason(code)
    const why = code === record?.reason_code && record.reason !== '' ? `${record.reason}.` : meaning
    return [`As it is, ${config.name} would not take it (${code}): ${why} ${remedy}`]
  })
  return [...otherSubnet(config, netuid), ...warnings, ...namingAdvice(seen, config.rules, hotkey)]
}

async function lockWarnings({ requiredLock, netuid, hotkey }: Submitting, chain: MinerChain): Promise<string[]> {
  if (requiredLock === undefined || requiredLock === 0) return []
  const lock = (await locksOf(chain, netuid, [hotkey.address], requiredLock)).get(hotkey.address)
  if (lock === undefined || lock.sufficient) return []
  return [`Your coldkey ${lock.coldkey} has locked ${lock.locked} of the ${lock.required} ρ that are required.`]
}

function pulseWarnings(sealing: Sealing): string[] {
  const missing = missingPulses(sealing)
  if (missing === 0) return []
  return [`The chain has not had drand’s last ${missing} pulses: nothing is revealed until they come.`]
}

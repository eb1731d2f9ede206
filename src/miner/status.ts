/** Where a miner stands, gathered from the chain and from the competition's record; `problems.ts` says what is wrong with it. */
import type { Block } from '../chain/chain.ts'
import type { CommitSpace } from '../chain/subnets.ts'
import { activeLeader } from '../rules/leader.ts'
import type { Outlook } from '../rules/reveal-outlook.ts'
import type { RevealSchema } from '../rules/reveals.ts'
import { deadlineOf } from '../rules/schedule.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import type { LeaderEntry } from '../state/leader.ts'
import type { AskForCode } from './before-sending.ts'
import { blockPace } from './chain-time.ts'
import { type Commitments, commitmentsIn } from './commitments.ts'
import { type Documents, findDocument } from './documents.ts'
import type { MinerChain } from './miner-chain.ts'
import type { SeenCommit } from './naming.ts'
import { type OnRecord, recordOf } from './on-record.ts'
import { type Pending, pendingOf } from './pending.ts'
import { readHead, readStanding, type Standing } from './place.ts'
import { otherSubnet, prospectsOf } from './prospects.ts'
import { missingPulses } from './sealing.ts'
import { type BlockRange, roundAt, windowOf } from './window.ts'

export interface StatusRequest {
  readonly documents: Documents
  readonly chain: MinerChain
  readonly netuid: number
  readonly hotkey: string
  readonly schema: (config: Config) => RevealSchema
  /** As for a submission. */
  readonly findCode?: AskForCode
}

export interface MinerStatus {
  readonly hotkey: string
  readonly netuid: number
  readonly head: Block
  readonly blockMs: number
  readonly competition: string | undefined
  /** As that competition goes by; `legacy` where nobody knows. */
  readonly rules: 'legacy' | 'v1'
  /** What is odd about where one looks. */
  readonly astray: readonly string[]
  /** The crown, if it is this hotkey's as of that block. */
  readonly crown: LeaderEntry | undefined
  readonly standing: Standing
  /** The round that is entered now or next, and its window. */
  readonly round: number
  readonly window: BlockRange
  readonly registration: { readonly uid: number; readonly since: number } | undefined
  readonly space: CommitSpace
  readonly pending: Pending | undefined
  /** Rounds of drand that the chain should have and has not. */
  readonly missingPulses: number
  /** Revealed in that window. */
  readonly commitments: Commitments
  /** Undefined without the competition's configuration. */
  readonly outlook: Outlook | undefined
  /** Whether the repository has the commit; undefined where there is nothing to ask about, or nobody to ask. */
  readonly codeFound: Awaited<ReturnType<AskForCode>>['found'] | undefined
  /** That commit, if it has it. */
  readonly seen: SeenCommit | undefined
  /** The newest round whose entries are decided; undefined before the first. */
  readonly record: OnRecord | undefined
  /** The last block for models of the current round, once there is a seed. */
  readonly deadline: number | undefined
}

/** @throws RoundkeeperError `unavailable`, `not-found`, `state-file` */
export async function minerStatus(request: StatusRequest): Promise<MinerStatus> {
  const { documents, chain, netuid, hotkey } = request
  const standing = await readStanding(documents)
  const config = await findDocument(documents, files.config)
  const head = await readHead(chain)
  const round = roundAt(head.number, standing) ?? standing.round
  const window = windowOf(round, standing.round, standing.schedule)
  const blockMs = await blockPace(chain, head)

  const { neurons } = await chain.metagraph(netuid, head.number)
  const neuron = neurons.find((each) => each.hotkey === hotkey)
  const own = (await chain.reveals(netuid, head.number)).filter((reveal) => reveal.hotkey === hotkey)
  const commitments = commitmentsIn(window, own)
  const { schema, findCode } = request
  const { found, ...named } = (await findEntered(commitments, findCode)) ?? {}
  const { commit } = commitments
  const seen: SeenCommit | undefined = found === 'yes' && commit ? { commit: commit.value, ...named } : undefined
  return {
    hotkey,
    netuid,
    head,
    blockMs,
    competition: config?.name,
    rules: config?.rules ?? 'legacy',
    astray: config === undefined ? [] : otherSubnet(config, netuid),
    crown: await crownOf(documents, head.number, hotkey),
    standing,
    round,
    window,
    registration: neuron && { uid: neuron.uid, since: neuron.registeredAt },
    space: await chain.commitSpace(netuid, hotkey),
    pending: await pendingOf(chain, netuid, hotkey),
    missingPulses: missingPulses({ beacon: await chain.beacon(), head, blockMs }),
    commitments,
    outlook:
      config &&
      (await prospectsOf({
        chain,
        netuid,
        hotkey,
        config,
        schema,
        round,
        current: standing,
        block: head.number,
        seen,
      })),
    codeFound: found,
    seen,
    record: await lastRecord(documents, standing.round, hotkey),
    deadline: config && (await deadline(documents, standing, config)),
  }
}

async function findEntered({ repo, commit }: Commitments, findCode: StatusRequest['findCode']) {
  return repo === undefined || commit === undefined ? undefined : findCode?.(repo.value, commit.value)
}

async function lastRecord(documents: Documents, current: number, hotkey: string): Promise<OnRecord | undefined> {
  for (const round of [current, current - 1]) {
    const found = round < 0 ? undefined : await recordOf(documents, round, hotkey)
    if (found?.closed) return found
  }
  return undefined
}

async function crownOf(documents: Documents, block: number, hotkey: string): Promise<LeaderEntry | undefined> {
  const leader = activeLeader((await findDocument(documents, files.leader)) ?? [], block)
  return leader?.hotkey === hotkey ? leader : undefined
}

async function deadline(documents: Documents, { round, schedule }: Standing, config: Config) {
  const seed = await findDocument(documents, files.seed, round)
  return seed && deadlineOf(schedule, config, seed)
}

/** All that the adapter reads, each answer as of one block and from one node; old state from an archive where there is one. */
import { RoundkeeperError } from '../../errors.ts'
import type { Weights } from '../../rules/weights.ts'
import type { RandomnessSource } from '../../state/schedule.ts'
import type { Block, Chain, Randomness, Reveal } from '../chain.ts'
import type { Registration } from '../commitment-data.ts'
import { drandOfChain, type Network } from '../networks.ts'
import type { ChainBeacon, CommitSpace, HeldCommitment, Hyperparameters, Metagraph, Subnets } from '../subnets.ts'
import { mustBeAddress } from './address.ts'
import { mustFollow, readBeacon, readPulse } from './beacon.ts'
import { type BlockRef, blockAt, type Finality, headOf, timeOf } from './blocks.ts'
import { readCommitment, readCommitments, readCommitSpace, readReveals } from './commitments.ts'
import type { Connection } from './connection.ts'
import { readHyperparameters } from './hyperparameters.ts'
import { isPruned } from './link.ts'
import { readLocked } from './locks.ts'
import { readHolders, readSeats } from './neurons.ts'
import type { Session } from './session.ts'
import { StateAt } from './state-at.ts'
import { accountOf, elementsOf, numberOf } from './values.ts'

export interface ReaderOptions {
  readonly network: Network
  readonly connection: Connection
  /** Opened when it is needed. */
  readonly archive: Connection | undefined
  readonly finality: Finality
}

export class Reader implements Chain, Subnets {
  readonly network: string
  readonly #options: ReaderOptions
  /** The highest head that we have shown to anybody: a node that is behind it is not asked about later blocks. */
  #seen = 0

  constructor(options: ReaderOptions) {
    this.network = options.network.name
    this.#options = options
  }

  head(): Promise<Block> {
    return this.#at(undefined, blockOf)
  }

  block(number: number): Promise<Block> {
    return this.#at(number, blockOf)
  }

  reveals(netuid: number, atBlock: number): Promise<Reveal[]> {
    return this.#read(atBlock, (state, { number }) => readReveals(state, netuid, number))
  }

  registrations(netuid: number, atBlock: number): Promise<ReadonlyMap<string, number>> {
    return this.#read(atBlock, async (state) => {
      const holders = await readHolders(state, netuid)
      return new Map(holders.map(({ hotkey, registeredAt }) => [hotkey, registeredAt]))
    })
  }

  async randomness(source: RandomnessSource): Promise<Randomness | undefined> {
    if (source.kind === 'drand') return this.#read(undefined, (state) => readPulse(state, source.chain, source.round))
    return this.#ask(source.block, async (session) => {
      const { finality } = this.#options
      const head = await headOf(session, finality)
      if (source.block > Math.max(head.number, this.#seen)) return undefined
      return { value: (await blockAt(session, source.block, finality, this.#seen)).hash.slice(2) }
    })
  }

  metagraph(netuid: number, atBlock?: number): Promise<Metagraph> {
    return this.#at(atBlock, async (session, ref) => {
      const [state, block] = await Promise.all([StateAt.open(session, ref.hash), blockOf(session, ref)])
      return { netuid, block, ...(await readSeats(state, netuid)) }
    })
  }

  hyperparameters(netuid: number, atBlock?: number): Promise<Hyperparameters> {
    return this.#read(atBlock, (state, { number }) => readHyperparameters(state, netuid, number))
  }

  async commitment(netuid: number, hotkey: string, atBlock?: number): Promise<Registration | undefined> {
    mustBeAddress(hotkey)
    return this.#read(atBlock, (state) => readCommitment(state, netuid, hotkey))
  }

  commitments(netuid: number, atBlock?: number): Promise<HeldCommitment[]> {
    return this.#read(atBlock, (state) => readCommitments(state, netuid))
  }

  async commitSpace(netuid: number, hotkey: string): Promise<CommitSpace> {
    mustBeAddress(hotkey)
    return this.#read(undefined, (state) => readCommitSpace(state, netuid, hotkey))
  }

  async ownerOf(hotkey: string): Promise<string | undefined> {
    mustBeAddress(hotkey)
    return this.#read(undefined, async (state) => accountOf(await state.value('subtensorModule.owner', hotkey)))
  }

  weights(netuid: number, uid: number, atBlock?: number): Promise<Weights | undefined> {
    return this.#read(atBlock, async (state) => {
      const pairs = elementsOf(await state.value('subtensorModule.weights', netuid, uid)).map(elementsOf)
      if (pairs.length === 0) return undefined
      return { uids: pairs.map(([uid]) => numberOf(uid)), values: pairs.map(([, value]) => numberOf(value)) }
    })
  }

  async locked(netuid: number, coldkey: string): Promise<bigint | undefined> {
    mustBeAddress(coldkey)
    return this.#read(undefined, (state) => readLocked(state, netuid, coldkey))
  }

  async beacon(): Promise<ChainBeacon> {
    const beacon = await this.#read(undefined, readBeacon)
    const drand = drandOfChain(this.#options.connection.genesisHash)
    if (drand !== undefined) mustFollow(beacon, drand)
    return beacon
  }

  /** @param number the head when undefined */
  #read<T>(number: number | undefined, read: (state: StateAt, block: BlockRef) => Promise<T>): Promise<T> {
    return this.#at(number, async (session, block) => read(await StateAt.open(session, block.hash), block))
  }

  #at<T>(number: number | undefined, read: (session: Session, block: BlockRef) => Promise<T>): Promise<T> {
    const { finality } = this.#options
    return this.#ask(number, async (session) => {
      const block =
        number === undefined ? await headOf(session, finality) : await blockAt(session, number, finality, this.#seen)
      const answer = await read(session, block)
      if (finality === 'finalized') this.#seen = Math.max(this.#seen, block.number)
      return answer
    })
  }

  async #ask<T>(number: number | undefined, question: (session: Session) => Promise<T>): Promise<T> {
    const { connection, archive, network } = this.#options
    try {
      return await connection.ask(question)
    } catch (error) {
      if (!isPruned(error)) throw error
      if (archive === undefined) throw pruned(network, number, error)
      return await archive.ask(question).catch((fault: unknown) => {
        throw isPruned(fault) ? pruned(network, number, fault) : fault
      })
    }
  }
}

async function blockOf(session: Session, { number, hash }: BlockRef): Promise<Block> {
  return { number, hash, time: await timeOf(session, hash) }
}

function pruned({ name, archives }: Network, number: number | undefined, cause: unknown) {
  const block = number === undefined ? 'the head' : `block ${number}`
  return new RoundkeeperError('unavailable', `the node does not keep the state of ${block} any more`, {
    where: name,
    hint:
      archives.length > 0
        ? `Name an archive node that does: ${archives.join(', ')}`
        : 'Name an archive node of the same chain (one that runs with --state-pruning=archive).',
    retryable: false,
    cause,
  })
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Connection } from '../../../src/chain/bittensor/connection.ts'
import type { Link } from '../../../src/chain/bittensor/link.ts'
import { Reader } from '../../../src/chain/bittensor/reader.ts'
import { openSocket } from '../../../src/chain/bittensor/socket-link.ts'
import { Transactor } from '../../../src/chain/bittensor/transactor.ts'
import { NETUID, type World, world } from './world.ts'

describe('a runtime that changes', () => {
  let made: World
  beforeAll(async () => {
    made = await world()
  })
  afterAll(() => made[Symbol.asyncDispose]())

  /** As the node answers, but for the version of its runtime. */
  const connect = (versionFor: (params: readonly unknown[], told: number) => number) => {
    const open = async (ms: number): Promise<Link> => {
      const link = await openSocket(made.url, made.url, ms)
      const send = async (method: string, params: readonly unknown[]) => {
        const answer = await link.send(method, params)
        if (method !== 'state_getRuntimeVersion') return answer
        const version = answer as { specVersion: number }
        return { ...version, specVersion: versionFor(params, version.specVersion) }
      }
      return {
        endpoint: link.endpoint,
        lost: link.lost,
        send,
        subscribe: link.subscribe.bind(link),
        close: () => link.close(),
      }
    }
    const nodes = [{ endpoint: made.url, open }]
    return new Connection({ network: 'dev', nodes, genesisHash: undefined, timeoutMs: 60_000 })
  }
  const readerOf = (connection: Connection) =>
    new Reader({
      network: { name: 'dev', endpoints: [made.url], archives: [], genesis: undefined },
      connection,
      archive: undefined,
      finality: 'finalized',
    })

  it('is read as it was when the block was made', async () => {
    await using now = connect((_, told) => told)
    await using then = connect((params, told) => (params.length === 0 ? told : told - 1))
    const expected = await readerOf(now).metagraph(NETUID)
    expect(await readerOf(then).metagraph(NETUID)).toEqual(expected)
    expect(await readerOf(then).hyperparameters(NETUID)).toEqual(await readerOf(now).hyperparameters(NETUID))
  })

  it('is read anew before anything is signed', async () => {
    let asked = 0
    await using connection = connect((params, told) => (params.length === 0 && asked++ === 0 ? told - 1 : told))
    const miner = made.miner()
    const { blockNumber } = await new Transactor(connection, 10_000).setCommitment(miner, NETUID, [])
    expect((await readerOf(connection).commitment(NETUID, miner.address))?.block).toBe(blockNumber)
    expect((await connection.session()).specVersion).toBe(made.node.runtimeVersion.specVersion)
  })
})

/** From a miner's signature to `submissions.json`, through a node on a socket that does what real ones do on bad days. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bittensor } from '../../src/chain/bittensor/bittensor.ts'
import { openBittensor } from '../../src/chain/bittensor/open.ts'
import type { Chain } from '../../src/chain/chain.ts'
import { type DevChain, openDevChain } from '../../src/chain/dev/dev-chain.ts'
import type { DevServer } from '../../src/chain/dev/server.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { seal, sealedFields } from '../../src/miner/sealing.ts'
import { type Config, files } from '../../src/state/index.ts'
import { Sr25519Keypair } from '../../src/wallet/sr25519-keypair.ts'
import { competition, miner, START, type TestCompetition, testConfig } from '../support/competition.ts'
import { cdnOf } from '../support/fake-ports.ts'

const NETUID = 17
const BLOCK_MS = 12_000
const LAG = 4
const BEGINS = new Date(START.getTime() - 3_600_000)

const keys = [1, 2, 3].map((byte) => Sr25519Keypair.fromSeed(new Uint8Array(32).fill(byte))!)
const entrants = ['ann', 'bob', 'cat'].map((name, i) => ({ ...miner(name, i + 1), hotkey: keys[i]!.address }))
const config: Config = testConfig({ netuid: NETUID, last_competition_date: '2026-03-01' })

/** Everybody's clock; each competition under test has its own, set to the same time. */
const clock = new VirtualClock(BEGINS)
let dev: DevChain
let server: DevServer
let closing = 0

const mineTo = (number: number) => {
  const missing = number - dev.node.head().number
  if (missing <= 0) return
  clock.advance(missing * BLOCK_MS)
  dev.node.catchUp()
}

async function open(): Promise<Bittensor> {
  return openBittensor({ endpoint: server.url, timeoutMs: 2000 })
}

/** Commits under a timelock at the head as it is now, and comes back when that is final. */
async function commit(chain: Bittensor, key: Sr25519Keypair, text: string): Promise<void> {
  const head = await chain.head()
  const arrived = Promise.withResolvers<void>()
  const stop = dev.node.on('extrinsic', (_, status) => status === 'ready' && arrived.resolve())
  const receipt = chain.setCommitment(key, NETUID, sealedFields(await seal(chain, text, head, head.time)))
  await Promise.race([arrived.promise, receipt])
  stop()
  mineTo(dev.node.head().number + 1 + LAG)
  await receipt
}

async function newGame(chain: Chain): Promise<TestCompetition> {
  const game = await competition({ miners: entrants, config })
  game.clock.set(clock.now())
  const report = await game.tick({ chain })
  expect(report.errors).toEqual([])
  return game
}

const place = ({ repo, ...rest }: (typeof entrants)[number]) =>
  `{"repo": "${repo}", "cdn_url": "${cdnOf({ repo, ...rest })}"}`

beforeAll(async () => {
  const neurons = keys.map(({ address: hotkey }) => ({ hotkey }))
  dev = await openDevChain({
    clock,
    finalityLag: LAG,
    genesis: { blockMs: BLOCK_MS, subnets: [{ netuid: NETUID, neurons }] },
  })
  server = await dev.listen({ port: 0 })
  mineTo(Math.floor((START.getTime() - BEGINS.getTime()) / BLOCK_MS))
  await using chain = await open()
  await using game = await newGame(chain)
  closing = (await (await game.now()).read(files.schedule, 0)).latest_reveal_block
  const [ann, bob, cat] = entrants as [(typeof entrants)[0], (typeof entrants)[0], (typeof entrants)[0]]
  await commit(chain, keys[0]!, `{"commit": "${ann.commit}"}`)
  await commit(chain, keys[1]!, `{"commit": "${bob.commit}"}`)
  await commit(chain, keys[0]!, place(ann))
  await commit(chain, keys[1]!, place(bob))
  // Revealed in time, but where its files are comes too late: not an entry of this round.
  await commit(chain, keys[2]!, `{"commit": "${cat.commit}"}`)
  mineTo(closing)
  await commit(chain, keys[2]!, place(cat))
  mineTo(closing + 20)
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await dev?.[Symbol.asyncDispose]()
})

/** What the collector writes, but for the block at which it came to do so. */
async function collected(game: TestCompetition) {
  const now = await game.now()
  const { published_at_block: _, ...seed } = await now.read(files.seed, 0)
  const paths = [files.submissions.path(0), files.reveals.path(0), files.prompts.path(0)]
  return { seed, texts: await Promise.all(paths.map((path) => now.text(path))) }
}

async function undisturbed() {
  await using chain = await open()
  await using game = await newGame(chain)
  return collected(game)
}

describe('collecting over a socket', () => {
  it('takes what the chain has revealed in the window, by the blocks of the hashes', async () => {
    await using chain = await open()
    await using game = await newGame(chain)
    const submissions = await (await game.now()).read(files.submissions, 0)
    expect(Object.keys(submissions)).toEqual([entrants[0]!.hotkey, entrants[1]!.hotkey])
    expect(submissions[entrants[0]!.hotkey]).toMatchObject({ repo: entrants[0]!.repo, commit: entrants[0]!.commit })
    const reveals = await (await game.now()).read(files.reveals, 0)
    expect(reveals).toMatchObject({ read_at_block: closing, block_hash: dev.node.hashOf(closing) })
    const cat = reveals.hotkeys.find(({ hotkey }) => hotkey === entrants[2]!.hotkey)
    expect(cat).toMatchObject({ outcome: 'incomplete', reason_code: 'not-located' })
  })

  it('is not led astray by a chain that takes blocks back meanwhile', async () => {
    const expected = await undisturbed()
    await using chain = await open()
    let reorgs = 0
    const shaken: Chain = new Proxy<Chain>(chain, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key)
        if (typeof member !== 'function') return member
        return async (...args: unknown[]) => {
          dev.node.reorg(LAG - 1)
          reorgs += 1
          const answer: unknown = await Reflect.apply(member, target, args)
          dev.node.reorg(1)
          return answer
        }
      },
    })
    await using game = await newGame(shaken)
    expect(reorgs).toBeGreaterThan(4)
    expect(await collected(game)).toEqual(expected)
  })

  it.each(['before', 'after'] as const)(
    'loses and doubles nothing when the connection breaks at any question (%s it is answered)',
    async (when) => {
      const expected = await undisturbed()
      await using chain = await open()
      await using game = await competition({ miners: entrants, config })
      game.clock.set(clock.now())
      const { mischief } = dev.endpoint
      let failures = 0
      for (let after = 0; ; after += 3) {
        const prank = mischief.play({ kind: 'disconnect', when, after, times: 1 })
        const report = await game.tick({ chain })
        mischief.stop(prank)
        failures += report.errors.length
        if (report.errors.length === 0 && (await (await game.now()).find(files.submissions, 0))) break
        expect(after).toBeLessThan(300)
      }
      expect(await collected(game)).toEqual(expected)
      expect(failures).toBeLessThan(100)
      const log = await Array.fromAsync(game.repo.log(await game.repo.head()))
      expect(log.filter(({ message }) => message.includes('submissions')).length).toBe(1)
    },
  )
})

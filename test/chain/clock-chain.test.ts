import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ClockChain } from '../../src/chain/clock-chain.ts'
import { beaconOf } from '../../src/chain/timelock/pulse.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { drandRoundTime, quicknet } from '../../src/rules/drand.ts'
import { temporaryFolder } from '../store/temporary.ts'
import fc from '../support/properties.ts'
import { type ChainUnderTest, chainContract } from './contract.ts'

const folder = temporaryFolder()
const genesis = new Date('2026-01-01T00:00:00Z')
const later = (seconds: number) => new VirtualClock(new Date(genesis.getTime() + seconds * 1000))
let files = 0
const newFile = () => join(folder(), `chain-${files++}`)

const underTest = (chain: ClockChain, clock: VirtualClock): ChainUnderTest => ({
  chain,
  netuid: 17,
  drand: { publicKey: beaconOf('s').publicKey, past: 1000, future: 1_000_000_000 },
  async reveal(texts) {
    for (const text of texts) {
      await chain.reveal('5Miner', text)
      clock.advance(12_000)
    }
    clock.advance(24_000)
    return { hotkey: '5Miner' }
  },
})

chainContract('ClockChain', async () => {
  const clock = later(1200)
  return underTest(new ClockChain({ genesis, seed: 's', clock }), clock)
})

chainContract('ClockChain with a file', async () => {
  const clock = later(1200)
  return underTest(await ClockChain.create(newFile(), { genesis, seed: 's', clock }), clock)
})

describe('ClockChain', () => {
  it('makes a block every twelve seconds, beginning with the first at its genesis', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e9), fc.nat(1e7), async (ms, firstBlock) => {
        const clock = later(ms / 1000)
        const chain = new ClockChain({ genesis, seed: 's', clock, firstBlock })
        const head = await chain.head()
        expect(head.number).toBe(firstBlock + Math.floor(ms / 12_000))
        const age = clock.now().getTime() - head.time.getTime()
        expect(age).toBeGreaterThanOrEqual(0)
        expect(age).toBeLessThan(12_000)
        clock.set(head.time)
        expect(await chain.head()).toEqual(head)
      }),
    )
  })

  it('has not begun before its genesis, and knows no block before its first', async () => {
    await expect(new ClockChain({ genesis, seed: 's', clock: later(-1) }).head()).rejects.toMatchObject({
      code: 'unavailable',
    })
    const chain = new ClockChain({ genesis, seed: 's', clock: later(100), firstBlock: 1000 })
    for (const number of [999, 0, -1, 1000.5, Number.NaN]) {
      await expect(chain.block(number)).rejects.toMatchObject({ code: 'not-found' })
      expect(await chain.randomness({ kind: 'block', block: number })).toBeUndefined()
    }
    expect(await chain.randomness({ kind: 'drand', chain: beaconOf('s').publicKey, round: 0 })).toBeUndefined()
  })

  it('follows from its seed, except where hashes are given', async () => {
    const clock = later(1000)
    const hash = `0x${'ab'.repeat(32)}`
    const chain = (seed: string, hashes = {}) => new ClockChain({ genesis, seed, clock, hashes })
    expect(await chain('s').block(7)).toEqual(await chain('s').block(7))
    expect(await chain('s').block(7)).not.toEqual(await chain('t').block(7))
    expect((await chain('s', { 7: hash }).block(7)).hash).toBe(hash)
    expect(await chain('s', { 7: hash }).randomness({ kind: 'block', block: 7 })).toEqual({ value: 'ab'.repeat(32) })
    expect(await chain('s', { 7: hash }).block(8)).toEqual(await chain('s').block(8))
    const drand = (seed: string) => ({ kind: 'drand', chain: beaconOf(seed).publicKey, round: 7 }) as const
    expect(await chain('s').randomness(drand('s'))).not.toEqual(await chain('t').randomness(drand('t')))
  })

  it('makes up no values of a network that others can look up', async () => {
    const chain = new ClockChain({ genesis, seed: 's', clock: later(1000) })
    for (const name of ['quicknet', quicknet.hash, quicknet.publicKey]) {
      const asked = chain.randomness({ kind: 'drand', chain: name, round: 1000 })
      await expect(asked).rejects.toMatchObject({
        code: 'usage',
        hint: expect.stringContaining(beaconOf('s').publicKey),
      })
    }
  })

  it('publishes a drand value at its time and not before', async () => {
    // 2023-08-23T15:09:27Z is quicknet's genesis, the time of round 1.
    expect(drandRoundTime(quicknet, 1)).toEqual(new Date('2023-08-23T15:09:27Z'))
    const round = 26_000_000
    const clock = new VirtualClock(new Date(drandRoundTime(quicknet, round).getTime() - 1))
    const chain = new ClockChain({ genesis, seed: 's', clock })
    const drand = { kind: 'drand', chain: beaconOf('s').publicKey } as const
    expect(await chain.randomness({ ...drand, round })).toBeUndefined()
    clock.advance(1)
    expect(await chain.randomness({ ...drand, round })).toMatchObject({
      value: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(await chain.randomness({ ...drand, round: round + 1 })).toBeUndefined()
  })

  it('reveals two blocks after the head unless told otherwise', async () => {
    const chain = new ClockChain({ genesis, seed: 's', clock: later(120), firstBlock: 0 })
    expect((await chain.reveal('5A', 'x')).block).toBe(12)
    expect((await chain.reveal('5A', 'x', 3)).block).toBe(3)
    expect(await chain.reveals(1, 10)).toEqual([{ hotkey: '5A', block: 3, text: 'x' }])
  })
})

describe('the file of a clock chain', () => {
  it('shows the same chain to a later run', async () => {
    const file = newFile()
    const clock = later(1000)
    const options = {
      genesis,
      seed: 's',
      clock,
      blockSeconds: 2,
      firstBlock: 40,
      hashes: { 41: `0x${'1'.repeat(64)}` },
    }
    const first = await ClockChain.create(file, options)
    await first.reveal('5A', 'line\nbreak', 50)
    const second = await ClockChain.open(file, clock)
    expect(await second.head()).toEqual(await first.head())
    expect(await second.block(41)).toEqual(await first.block(41))
    expect(await second.reveals(1, 60)).toEqual([{ hotkey: '5A', block: 50, text: 'line\nbreak' }])
    await second.reveal('5B', 'y', 55)
    expect(await first.reveals(1, 60)).toHaveLength(2)
  })

  it('is never overwritten, and leaves nothing beside it', async () => {
    const file = join(folder(), 'fresh', 'chain')
    const options = { genesis, seed: 's', clock: later(0) }
    const made = await Promise.allSettled([1, 2, 3].map(() => ClockChain.create(file, options)))
    expect(made.filter((each) => each.status === 'fulfilled')).toHaveLength(1)
    await expect(ClockChain.create(file, options)).rejects.toMatchObject({ code: 'usage', where: file })
    expect(await readdir(join(folder(), 'fresh'))).toEqual(['chain'])
  })

  it('loses no reveal of processes that write at once', async () => {
    const file = newFile()
    const clock = later(100_000)
    await ClockChain.create(file, { genesis, seed: 's', clock })
    const source = (path: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src', path)).href)
    const script = `
      import { ClockChain } from ${source('chain/clock-chain.ts')}
      import { VirtualClock } from ${source('engine/virtual-clock.ts')}
      const [file, who, now] = process.argv.slice(1)
      const chain = await ClockChain.open(file, new VirtualClock(new Date(Number(now))))
      for (let n = 0; n < 30; n++) await chain.reveal(who + n, 'x'.repeat(3000), n + 1)`
    const now = String(clock.now().getTime())
    const run = (who: string) =>
      once(spawn(process.execPath, ['--input-type=module', '-e', script, file, who, now], { stdio: 'inherit' }), 'exit')
    expect(await Promise.all([run('a'), run('b'), run('c')])).toEqual([
      [0, null],
      [0, null],
      [0, null],
    ])
    expect(await (await ClockChain.open(file, clock)).reveals(1, 100)).toHaveLength(90)
  })

  it('survives a writer that was killed in the middle of a line', async () => {
    const file = newFile()
    const chain = await ClockChain.create(file, { genesis, seed: 's', clock: later(100) })
    await chain.reveal('5A', 'x', 1)
    await appendFile(file, '\n{"hotkey":"5B","te')
    expect(await chain.reveals(1, 1)).toHaveLength(1)
  })

  it('says what is wrong with it, and where', async () => {
    const clock = later(0)
    const missing = newFile()
    await expect(ClockChain.open(missing, clock)).rejects.toMatchObject({ code: 'not-found', where: missing })
    const empty = newFile()
    await writeFile(empty, '')
    await expect(ClockChain.open(empty, clock)).rejects.toMatchObject({ code: 'state-file', where: `${empty}:1` })
    const damaged = newFile()
    await (await ClockChain.create(damaged, { genesis, seed: 's', clock })).reveal('5A', 'x')
    await appendFile(damaged, '{"hotkey":1}\n')
    await expect(ClockChain.open(damaged, clock)).rejects.toMatchObject({ code: 'state-file', where: `${damaged}:4` })
    await writeFile(damaged, (await readFile(damaged, 'utf8')).replace('chain/1', 'chain/9'))
    await expect(ClockChain.open(damaged, clock)).rejects.toMatchObject({ code: 'state-file', where: `${damaged}:1` })
    await expect(ClockChain.open(folder(), clock)).rejects.toMatchObject({ code: 'unavailable', where: folder() })
    const bad = ClockChain.create(newFile(), { genesis, seed: 's', clock, hashes: { 1: '0xzz' } })
    await expect(bad).rejects.toMatchObject({ code: 'usage' })
  })
})

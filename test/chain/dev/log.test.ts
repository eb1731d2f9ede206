import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DevNode } from '../../../src/chain/dev/dev-node.ts'
import { devMetadata } from '../../../src/chain/dev/metadata/index.ts'
import { encrypt } from '../../../src/chain/timelock/timelock.ts'
import { VirtualClock } from '../../../src/engine/virtual-clock.ts'
import { bob, eve, NETUID, raw, START, smallWorld } from './small-world.ts'

const BLOCK_MS = 12_000
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'dev-chain-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const file = () => join(dir, 'chain.jsonl')
const lines = () => readFileSync(file(), 'utf8').trimEnd().split('\n')
const reopen = (clock = new VirtualClock(START)) => DevNode.open({ clock, manual: true, dir })
const hashes = (node: DevNode) => Array.from({ length: node.head().number + 1 }, (_, number) => node.hashOf(number))

/** A chain with something of everything. */
async function lived() {
  const world = await smallWorld({ dir, finalityLag: 6, genesis: { seed: 'kept' } })
  const { node, call, run, read } = world
  const commit = (...fields: object[]) => call('Commitments.set_commitment', NETUID, { fields })
  node.produceBlocks(3)
  run(bob, commit(raw('plain')))
  const { publicKey } = read('Drand.BeaconConfig') as { publicKey: string }
  const encrypted = encrypt(Buffer.from('secret'), { round: 60, publicKey: publicKey.slice(2) })
  run(bob, commit({ TimelockEncrypted: { encrypted: `0x${Buffer.from(encrypted).toString('hex')}`, revealRound: 60 } }))
  run(bob, call('SubtensorModule.set_weights', NETUID, [], [], 0))
  node.register(NETUID, eve.address)
  node.endow(eve.address, 77n)
  node.setTime(START.getTime() + 50 * BLOCK_MS)
  node.produceBlocks(20)
  run(eve, commit(raw('also')))
  node.reorg(2)
  node.produceBlocks(2)
  return world
}

describe('a dev chain in a folder', () => {
  it('is the same when it is opened again', async () => {
    const { node, read } = await lived()
    expect(read('Commitments.RevealedCommitments', NETUID, bob.address)).toHaveLength(1)
    node[Symbol.dispose]()
    const again = await reopen()
    expect(hashes(again)).toEqual(hashes(node))
    const at = node.head().hash
    const keys = node.keys('0x', at)
    expect(again.keys('0x', at)).toEqual(keys)
    expect(keys.map((key) => again.storage(key, at))).toEqual(keys.map((key) => node.storage(key, at)))
    expect(again.extrinsicsOf(node.hashOf(6)!)).toEqual(node.extrinsicsOf(node.hashOf(6)!))

    const head = again.produceBlocks(1)
    again[Symbol.dispose]()
    const once = await reopen()
    expect(once.head().hash).toBe(head.hash)
    once[Symbol.dispose]()
  })

  it('goes on with the clock, without a line for idle blocks', async () => {
    const { node, clock } = await smallWorld({ dir, manual: false })
    clock.advance(1000 * BLOCK_MS)
    node.catchUp()
    expect(lines()).toHaveLength(1)
    node[Symbol.dispose]()
    const later = new VirtualClock(new Date(START.getTime() + 1500 * BLOCK_MS))
    const again = await DevNode.open({ clock: later, dir, genesis: { seed: 'ignored', timeMs: 1 } })
    again.catchUp()
    expect(again.head().number).toBe(1502)
    expect(again.hashOf(1002)).toBe(node.head().hash)
    again[Symbol.dispose]()
  })

  it('remembers the slots that were lost, and the blocks that came early', async () => {
    const { node, clock } = await smallWorld({ dir, manual: false })
    node.stall(true)
    clock.advance(5 * BLOCK_MS)
    node.stall(false)
    clock.advance(3 * BLOCK_MS)
    node.catchUp()
    node.produceBlocks(10)
    node[Symbol.dispose]()
    const again = await reopen()
    expect(hashes(again)).toEqual(hashes(node))
    again[Symbol.dispose]()
  })

  it('has no block that a crash left half-written', async () => {
    const { node } = await lived()
    node[Symbol.dispose]()
    const whole = readFileSync(file())
    const last = lines().at(-1)!
    for (const cut of [1, 2, last.length]) {
      writeFileSync(file(), whole.subarray(0, whole.length - cut))
      const again = await reopen()
      expect(hashes(node).slice(0, again.head().number + 1)).toEqual(hashes(again))
      again.produceBlocks(1)
      again[Symbol.dispose]()
      for (const line of lines()) JSON.parse(line)
      writeFileSync(file(), whole)
    }
    // Nor does one whose very beginning was not written.
    writeFileSync(file(), '{"format":')
    const fresh = await reopen()
    expect(fresh.head().number).toBe(2)
    fresh[Symbol.dispose]()
  })

  it('is refused when it was changed', async () => {
    const { node } = await lived()
    node[Symbol.dispose]()
    const whole = readFileSync(file(), 'utf8')
    writeFileSync(file(), whole.replace('"rao":"77"', '"rao":"78"'))
    await expect(reopen()).rejects.toMatchObject({ code: 'state-file' })
    writeFileSync(file(), whole.replace('"seed":"kept"', '"seed":"lost"'))
    await expect(reopen()).rejects.toMatchObject({ code: 'state-file' })
    writeFileSync(file(), whole.replace('{"block"', '{"bl0ck"'))
    await expect(reopen()).rejects.toMatchObject({ code: 'state-file', where: expect.stringContaining('chain.jsonl:') })
    appendFileSync(file(), 'nonsense\n')
    await expect(reopen()).rejects.toMatchObject({ code: 'state-file' })
    writeFileSync(file(), whole)
    const again = await reopen()
    again[Symbol.dispose]()
  })

  it('ends with a clear word when it cannot be written down, and goes on from there', async () => {
    const { node, run, call } = await smallWorld({ dir })
    run(bob, call('System.remark', '0x'))
    const whole = readFileSync(file())
    rmSync(file())
    mkdirSync(file())
    expect(() => node.produceBlocks(1)).toThrow(expect.objectContaining({ code: 'unavailable', where: file() }))
    rmSync(file(), { recursive: true })
    writeFileSync(file(), whole)
    expect(() => node.produceBlocks(1)).toThrow(expect.objectContaining({ code: 'unavailable' }))
    node[Symbol.dispose]()
    const again = await reopen()
    expect(again.head().number).toBe(3)
    again[Symbol.dispose]()
  })

  it('is refused by a runtime of another metadata', async () => {
    const { node } = await smallWorld({ dir })
    node[Symbol.dispose]()
    const other = DevNode.open({ clock: new VirtualClock(START), dir, metadata: [devMetadata(14)] })
    await expect(other).rejects.toMatchObject({ code: 'usage', hint: expect.stringContaining('metadata') })
  })

  it('is open once at a time', async () => {
    const { node } = await smallWorld({ dir })
    await expect(reopen()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`${process.pid}`),
    })
    node[Symbol.dispose]()
    const again = await reopen()
    again[Symbol.dispose]()
  })

  it.each([
    ['this one’s, as a container gives to each of its runs', process.pid],
    ['that of another program by now', process.ppid],
  ])('is not held by a process that died, even when its id is %s', async (_, pid) => {
    writeFileSync(join(dir, 'chain.lock'), `${pid} 1\n`)
    const node = await reopen()
    await expect(reopen()).rejects.toMatchObject({ code: 'conflict' })
    node[Symbol.dispose]()
    expect(readdirSync(dir)).toEqual(['chain.jsonl'])
  })

  it('is opened where a process died with it', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    writeFileSync(join(dir, 'chain.lock'), `${pid}\n`)
    const node = await reopen()
    expect(node.head().number).toBe(2)
    node[Symbol.dispose]()
  })
})

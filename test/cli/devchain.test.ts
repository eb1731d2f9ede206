import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { polkadot } from '../chain/dev/dev-world.ts'
import { RawClient } from '../chain/dev/rpc/raw-client.ts'
import { roundkeeper } from '../support/in-process-cli.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const HOTKEY = '5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw'

interface Told {
  readonly event: string
  readonly [fact: string]: unknown
}

/** A running `devchain --json`, and what it says line by line. */
class Running implements AsyncDisposable {
  readonly child: ChildProcess
  readonly told: Told[] = []
  readonly ended: Promise<number | null>

  constructor(...args: string[]) {
    const flags = ['--port', '0', '--json', ...args]
    this.child = spawn(process.execPath, [main, 'devchain', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.told.push(JSON.parse(line))
      this.child.emit('told')
    })
    this.ended = once(this.child, 'close').then(([code]) => code)
  }

  until(event: string): Promise<Told> {
    return this.#whenTold(() => this.told.find((each) => each.event === event))
  }

  /** Those of all blocks so far, once there are so many: what a chain prints may come after what its socket says. */
  extrinsics(count: number): Promise<Told[]> {
    return this.#whenTold(() => {
      const all = this.told.flatMap((told) => (told.event === 'block' ? (told.extrinsics as Told[]) : []))
      return all.length >= count ? all : undefined
    })
  }

  async #whenTold<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      await Promise.race([once(this.child, 'told'), this.ended.then(() => Promise.reject(new Error('it ended')))])
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL')
    await this.ended
  }
}

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-devchain-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

it('runs a chain, tells what happens on it, and goes on with it after it was killed', async () => {
  const folder = join(dir, 'chain')
  let hash: unknown
  let number: unknown
  let genesis: unknown
  {
    await using running = new Running('--block-time', '250ms', '--persist', folder, '--register', HOTKEY)
    const begun = await running.until('listening')
    expect(begun).toMatchObject({ netuid: 17, blockMs: 250, folder, registered: [HOTKEY] })
    expect(begun.accounts).toContainEqual({
      name: '//Alice',
      address: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
      role: 'validator, uid 1, sudo',
    })
    genesis = begun.genesis
    const { ApiPromise, Keyring, WsProvider } = polkadot()
    const api = await ApiPromise.create({ provider: new WsProvider(String(begun.url)), noInitWarn: true })
    const eve = new Keyring({ type: 'sr25519' }).addFromUri('//Eve')
    expect(eve.address).toBe(HOTKEY)
    // Its errors are decoded by whoever submits, and told by whoever watches.
    const stranger = new Keyring({ type: 'sr25519' }).addFromUri('//Stranger')
    const tx = () => api.tx.commitments!.setCommitment!(17, { fields: [{ Raw2: '0x6162' }] })
    await tx().signAndSend(stranger)
    await new Promise<void>((resolve, reject) => {
      tx()
        .signAndSend(eve, ({ status }) => {
          if (status.isFinalized) resolve()
        })
        .catch(reject)
    })
    await api.disconnect()
    const extrinsics = await running.extrinsics(2)
    expect(extrinsics).toMatchObject([
      { call: 'Commitments.set_commitment', who: stranger.address, error: 'commitments.AccountNotAllowedCommit' },
      { call: 'Commitments.set_commitment', who: eve.address },
    ])
    expect(extrinsics[1]).not.toHaveProperty('error')
    const block = running.told.findLast((told) => told.event === 'block')
    number = block?.number
    hash = block?.hash
    running.child.kill('SIGKILL')
    await running.ended
  }
  await using again = new Running('--persist', folder)
  const begun = await again.until('listening')
  expect(begun).toMatchObject({ genesis, blockMs: 250 })
  const client = await RawClient.connect(String(begun.url))
  expect(await client.result('chain_getBlockHash', number)).toBe(hash)
  again.child.kill('SIGTERM')
  expect(await again.ended).toBe(0)
  expect(await client.closed).toBe(1001)
  expect(again.told.at(-1)).toEqual({ event: 'stopped', block: expect.any(Number) })
})

it('says that no block comes while the clock has to catch up with those that were made at once', async () => {
  await using running = new Running('--block-time', '60s')
  const client = await RawClient.connect(String((await running.until('listening')).url))
  await client.result('dev_produceBlock', 2)
  // A block of the regular pace is no reason to say anything.
  await client.result('dev_produceBlock', 3)
  const ahead = await running.until('ahead')
  expect(ahead.block).toBeGreaterThanOrEqual(3)
  const until = new Date(String(ahead.until)).getTime()
  expect(until - Date.now()).toBeGreaterThan(60_000)
  expect(running.told.filter(({ event }) => event === 'ahead').length).toBeLessThanOrEqual(2)
})

it('says what is wrong, and what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const nonsense = join(dir, 'nonsense.scale')
  await writeFile(nonsense, 'no metadata')
  const folder = join(dir, 'another')
  {
    await using running = new Running('--block-time', 'manual', '--persist', folder, '--seed', 'one')
    await running.until('listening')
    running.child.kill('SIGINT')
    expect(await running.ended).toBe(0)
  }
  const cases: [string[], number, string][] = [
    [['--port', String(port)], 1, `port ${port} is in use`],
    [['--host', '0.0.0.0', '--port', '0'], 2, 'this machine only'],
    [['--metadata', nonsense], 1, 'no metadata'],
    [['--metadata', join(dir, 'nowhere')], 1, 'cannot read the metadata'],
    [['--persist', folder, '--seed', 'two'], 2, '--seed is one there, not two'],
    [['--block-time', '7'], 2, 'expected a time such as 250ms'],
    [['--register', '5FHneW46'], 2, 'not an address'],
    [['--netuid', '70000'], 2, 'expected a subnet id'],
  ]
  for (const [args, code, text] of cases) {
    const run = await roundkeeper('devchain', ...args)
    expect([args, run.code, run.stderr]).toEqual([args, code, expect.stringContaining(text)])
    expect(run.stderr).toMatch(/^ {2}do {5}/m)
  }
  taken.close()
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runServe } from '../../src/cli/serve-run.ts'
import { files } from '../../src/state/index.ts'
import { privateContent, publicContent } from '../../src/wallet/key-file-content.ts'
import { competition, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { roundkeeper } from '../support/in-process-cli.ts'
import { type DevChain, devChain } from '../validator/dev-chain.ts'
import { leader, owner, validator } from '../validator/support.ts'

/** A founded competition that verifies, a dev chain, and a wallet that holds a hotkey and nothing else. */
let world: TestCompetition
let dev: DevChain
let options: string[]

beforeAll(async () => {
  const champion = { ...miner('champion', 1), hotkey: leader.address }
  world = await competition({ signed: true, leader: champion, config: testConfig({ netuid: 17 }) })
  dev = await devChain()
  dev.mine(20)
  const folder = join(world.dir, 'wallets', 'v', 'hotkeys')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'default'), privateContent(validator, {}))
  await chmod(join(folder, 'default'), 0o600)
  await writeFile(join(folder, 'defaultpub.txt'), publicContent(validator.publicKey))
  options = [
    ...['--repo', world.repo.id, '--subtensor.endpoint', dev.url, '--state-dir', join(world.dir, 'state')],
    ...['--wallet.path', join(world.dir, 'wallets'), '--wallet.name', 'v'],
  ]
})

afterAll(async () => {
  await dev[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

const weights = (command: string, ...more: string[]) => roundkeeper('weights', command, ...options, ...more)

describe('roundkeeper weights', () => {
  it('shows, tries and sets, and remembers', async () => {
    const shown = await weights('show', '--json')
    const tried = await weights('set', '--dry-run')
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(shown.stdout)).toMatchObject({
      competition: 'tiny',
      netuid: 17,
      leader: { hotkey: leader.address, weight: 0 },
      weights: [
        { uid: 0, hotkey: owner.address, share: 1, weight: 65535, for: ['remainder'] },
        { uid: 1, hotkey: leader.address, share: 0, weight: 0, for: ['crown'] },
      ],
      validator: { hotkey: validator.address, uid: 3, permit: true },
      step: { kind: 'submit' },
    })
    expect(tried).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/would set: the crown of .* is worth 0; all to the subnet’s owner/),
    })
    expect(dev.sent()).toBe(0)

    const set = await weights('set', '--json')
    expect(set.code, set.stderr).toBe(0)
    expect(JSON.parse(set.stdout)).toMatchObject({
      outcome: 'set',
      verified: { head: await world.repo.head(), errors: 0 },
      set: { extrinsic: expect.stringMatching(/^0x/) },
    })
    expect(dev.sent()).toBe(1)
  })

  it('serves until it is told to stop, a JSON object a line, and finds nothing more to do', async () => {
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
    const child = spawn(process.execPath, [main, 'weights', 'serve', '--json', ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const events: { event: string; outcome?: string }[] = []
    for await (const line of createInterface(child.stdout)) {
      events.push(JSON.parse(line))
      if (events.length === 2) child.kill('SIGTERM')
    }
    const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]
    expect([code, events]).toEqual([
      0,
      [
        expect.objectContaining({ event: 'started', hotkey: validator.address }),
        expect.objectContaining({ event: 'decision', outcome: 'done' }),
        expect.objectContaining({ event: 'stopped' }),
      ],
    ])
  })

  it('are set by `roundkeeper serve`, too, where its settings say so', async () => {
    dev.mine(60)
    const off = { advance: false, verify: false, reap: false, publish: false }
    const weights = { endpoint: dev.url, wallet_name: 'v', wallet_path: join(world.dir, 'wallets') }
    await writeFile(join(world.dir, 'roundkeeper.json'), JSON.stringify({ serve: { ...off, weights } }))
    const sent = dev.sent()
    const lines: Record<string, unknown>[] = []
    const before = process.exitCode
    try {
      const options = { host: '127.0.0.1', port: 0, drain: 60, logLevel: 'info', once: true } as const
      await runServe({ ...options, dir: world.dir }, { write: (line) => void lines.push(JSON.parse(line)) })
      expect(process.exitCode, JSON.stringify(lines)).toBe(0)
    } finally {
      process.exitCode = before
    }
    expect(lines).toMatchObject([{ job: 'weights', outcome: 'set', message: expect.stringMatching(/in block \d+/) }])
    expect(dev.sent()).toBe(sent + 1)
  })

  it('refuses to pay by what does not verify, unless it is told to believe', async () => {
    dev.mine(60)
    const by = { ...world.identities.operator, at: world.clock.now() }
    const leaders = [{ hotkey: validator.address, weight: 1, effective_block: 0 }]
    const change = new Map([[files.leader.path(), files.leader.serialise(leaders)]])
    await world.repo.commit(await world.repo.head(), { files: change, message: 'Fix a typo', trailers: {} }, by)
    const sent = dev.sent()
    const refused = await weights('set')
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^refused: the competition does not verify/),
    })
    expect(dev.sent()).toBe(sent)
    const believed = await weights('serve', '--once', '--no-verify')
    expect(believed.code, believed.stderr).toBe(0)
    expect(believed.stderr).toMatch(/warning: --no-verify/)
    expect(believed.stdout).toMatch(/set in block \d+: the crown of/)
    expect(dev.sent()).toBe(sent + 1)
  })

  it('says what is wrong, and what to do', async () => {
    const unknown = await weights('set', '--wallet.hotkey', 'nobody')
    const elsewhere = await weights('show', '--netuid', '3')
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringMatching(/no such key file[\s\S]* {2}do /) })
    expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringMatching(/of subnet 17, and not of 3/) })
  })
})

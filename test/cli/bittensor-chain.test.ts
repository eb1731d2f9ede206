import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DevChain, openDevChain } from '../../src/chain/dev/dev-chain.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { roundkeeper } from '../support/in-process-cli.ts'

const template = fileURLToPath(new URL('../../state-template/config.json', import.meta.url))

describe('a competition on a Bittensor chain', () => {
  let root = ''
  let dir = ''
  let chain: DevChain
  let url = ''
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'roundkeeper-bittensor-'))
    dir = join(root, 'competition')
    chain = await openDevChain({ clock: new SystemClock(), manual: true })
    chain.node.produceBlocks(5)
    url = (await chain.listen({ port: 0 })).url
    const prompts = Array.from({ length: 128 }, (_, index) => `https://example.com/prompt-${index}.png\n`)
    await writeFile(join(root, 'prompts.txt'), prompts.join(''))
  })
  afterAll(async () => {
    await chain[Symbol.asyncDispose]()
    await rm(root, { recursive: true, force: true })
  })
  const init = (folder: string, ...more: string[]) =>
    roundkeeper('init', folder, '--prompts', join(root, 'prompts.txt'), ...more)
  const settings = async () => JSON.parse(await readFile(join(dir, 'roundkeeper.json'), 'utf8'))

  it('is founded at its head, and remembers which chain it was', async () => {
    expect(await init(dir, '--chain', url)).toMatchObject({ code: 0, stderr: '' })
    const genesis_hash = chain.node.genesisHash
    expect((await settings()).chain).toEqual({ kind: 'bittensor', endpoint: url, finality: 'finalized', genesis_hash })
  })

  it('goes on with the chain', async () => {
    const { code, stdout, stderr } = await roundkeeper('advance', '--dir', dir)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^round 0, open: nothing to do; waiting for the submission window to close/)
    const status = await roundkeeper('status', dir)
    expect(status).toMatchObject({ code: 0, stderr: '' })
    expect(status.stdout).toContain(`block ${chain.node.finalizedHead().number}`)
  })

  it('listens to no other chain', async () => {
    const path = join(dir, 'roundkeeper.json')
    const before = await readFile(path, 'utf8')
    const genesis_hash = `0x${'00'.repeat(32)}`
    await writeFile(
      path,
      JSON.stringify({ ...JSON.parse(before), chain: { kind: 'bittensor', endpoint: url, genesis_hash } }),
    )
    const { code, stderr } = await roundkeeper('advance', '--dir', dir)
    await writeFile(path, before)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/another chain answers: its genesis is 0x[0-9a-f]{64}, not 0x0{64}/)
  })

  it('takes its pace, and says where a configuration of another one will not hold', async () => {
    await using fast = await openDevChain({ clock: new SystemClock(), manual: true, genesis: { blockMs: 250 } })
    fast.node.produceBlocks(30)
    const to = (await fast.listen({ port: 0 })).url
    const committed = (folder: string) =>
      JSON.parse(
        execFileSync('git', ['-C', join(folder, 'state.git'), 'show', 'main:config.json'], { encoding: 'utf8' }),
      )
    const own = join(root, 'own')
    expect(await init(own, '--chain', to)).toMatchObject({ code: 0, stderr: '' })
    expect(committed(own)).toMatchObject({ block_seconds: 0.25 })
    const other = join(root, 'other-pace')
    const { code, stderr } = await init(other, '--chain', to, '--config', template)
    expect(code).toBe(0)
    expect(stderr).toMatch(/^warning {2}blocks come every 0\.25 s there, but block_seconds in .* is 12/)
    expect(committed(other)).toMatchObject({ block_seconds: 12 })
  })

  it('is not founded on a subnet that there is not', async () => {
    const config = JSON.parse(await readFile(template, 'utf8'))
    await writeFile(join(root, 'config.json'), JSON.stringify({ ...config, netuid: 99 }))
    const { code, stderr } = await init(join(root, 'other'), '--chain', url, '--config', join(root, 'config.json'))
    expect(code).not.toBe(0)
    expect(stderr).toContain('there is no subnet 99')
  })

  it('is not founded where no node answers, and nothing is made', async () => {
    const folder = join(root, 'other')
    const { code, stderr } = await init(folder, '--chain', 'ws://127.0.0.1:1')
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/no node of ws:\/\/127\.0\.0\.1:1 answers: .*ECONNREFUSED/)
    expect(stderr).toContain('See whether the node is up')
    await expect(readFile(join(folder, 'roundkeeper.json'))).rejects.toThrow()
  })
})

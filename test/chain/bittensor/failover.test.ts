import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openBittensor } from '../../../src/chain/bittensor/open.ts'
import type { RoundkeeperError } from '../../../src/errors.ts'
import { rawNode } from './raw-node.ts'
import { NETUID, PATIENT, type World, world } from './world.ts'

const NOBODY = 'ws://127.0.0.1:1'

describe('the way to the chain', () => {
  let made: World
  beforeAll(async () => {
    made = await world()
  })
  afterEach(async () => {
    made.endpoint.mischief.stop()
    await made.close()
  })
  afterAll(() => made[Symbol.asyncDispose]())

  it('goes to the next node when one is not there, does not answer, or talks nonsense', async () => {
    await using mute = await rawNode(() => undefined)
    await using mad = await rawNode(() => 'nonsense')
    for (const broken of [NOBODY, mute.url, mad.url]) {
      // Of its time, a node that says nothing takes half.
      const open = () => made.open({ endpoint: `${broken},${made.url}`, timeoutMs: 2000 })
      const head = () =>
        open().then(
          (chain) => chain.head(),
          () => undefined,
        )
      await expect.poll(head, PATIENT).toMatchObject({ number: expect.any(Number) })
    }
  })

  it('goes to the next node in the middle of a question, and comes to one answer', async () => {
    const other = await made.serve()
    const chain = await made.open({ endpoint: `${made.url},${other.url}` })
    const expected = await chain.metagraph(NETUID)
    for (const method of ['chain_getFinalizedHead', 'state_queryStorageAt', 'state_call']) {
      made.endpoint.mischief.play({ kind: 'disconnect', method, times: 1 })
      expect(await chain.metagraph(NETUID)).toEqual(expected)
    }
    made.endpoint.mischief.play({ kind: 'error', method: 'chain_getHeader', message: 'Too many requests', times: 1 })
    expect((await chain.head()).number).toBe(expected.block.number)
  })

  it('is found again after an idle connection was dropped', async () => {
    const chain = await made.open()
    const head = await chain.head()
    for (let time = 0; time < 3; time++) {
      made.endpoint.disconnectAllBut()
      expect(await chain.head()).toEqual(head)
    }
  })

  it('ends when no node is there, naming all of them and what to do', async () => {
    const opening = openBittensor({ endpoint: `${NOBODY},ws://127.0.0.1:2`, timeoutMs: 2000 })
    await expect(opening).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/127\.0\.0\.1:1.*127\.0\.0\.1:2/),
      hint: expect.stringContaining('name others'),
    })
  })

  it('keeps to itself what is secret of an address', async () => {
    const endpoint = `${made.url.replace('//', '//user:hunter2@')}/?apikey=hunter3`
    const chain = await made.open({ endpoint })
    expect(chain.network).toBe(`${made.url}/`)
    const missing = await chain.block(1_000_000).catch((error: RoundkeeperError) => error)
    const opening = openBittensor({ endpoint: 'ws://user:hunter2@127.0.0.1:1/?apikey=hunter3', timeoutMs: 2000 })
    const refused = await opening.catch((error: RoundkeeperError) => error)
    for (const error of [missing, refused]) expect(inspect(error, { depth: 9 })).not.toMatch(/hunter/)
  })

  it('ends when the only node is gone for good, and begins again when it is back', async () => {
    const other = await made.serve()
    const chain = await made.open({ endpoint: other.url })
    await chain.head()
    await other[Symbol.asyncDispose]()
    await expect(chain.head()).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    await expect(chain.metagraph(NETUID)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('takes no longer than it may when the node is too slow, and goes on with the next question', async () => {
    const chain = await made.open({ timeoutMs: 300 })
    const answers = () => chain.head().catch(() => undefined)
    await expect.poll(answers, PATIENT).toBeDefined()
    made.endpoint.mischief.play({ kind: 'silent', method: 'chain_getFinalizedHead', times: 1 })
    const start = performance.now()
    await expect(chain.head()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/no answer in 0\.3 s/),
    })
    expect(performance.now() - start).toBeLessThan(10_000)
    await expect.poll(answers, PATIENT).toMatchObject({ number: expect.any(Number) })
  })

  it('never leads to another chain', async () => {
    await using another = await world({ genesis: { seed: 'another' } })
    const expected = `0x${'ab'.repeat(32)}`
    await expect(made.open({ genesisHash: expected })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining(expected),
      where: made.url,
    })
    const gone = await made.serve()
    const chain = await made.open({ endpoint: `${gone.url},${another.url}` })
    expect(chain.genesisHash).toBe(made.node.genesisHash)
    await gone[Symbol.asyncDispose]()
    await expect(chain.head()).rejects.toMatchObject({ code: 'refused' })
  })

  it('is closed for good, and lets the process end', async () => {
    const chain = await made.open()
    await chain[Symbol.asyncDispose]()
    await expect(chain.head()).rejects.toMatchObject({ code: 'aborted' })
    const program = `
      import { openBittensor } from './src/chain/bittensor/open.ts'
      const chain = await openBittensor({ endpoint: ${JSON.stringify(made.url)} })
      console.log((await chain.head()).number)
      await chain[Symbol.asyncDispose]()`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] })
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    expect({ output, errors, code: child.exitCode }).toEqual({
      output: `${made.node.finalizedHead().number}\n`,
      errors: '',
      code: 0,
    })
  })
})

const text = async (stream: AsyncIterable<Buffer>) => Buffer.concat(await Array.fromAsync(stream)).toString()

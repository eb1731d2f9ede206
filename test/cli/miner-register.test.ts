import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minerCommand } from '../../src/cli/miner.ts'
import { raoOf, taoOf } from '../../src/miner/registration.ts'
import { generateKey } from '../../src/wallet/new-key.ts'
import { storeKeys } from '../../src/wallet/store-key.ts'
import { coldkeyFiles } from '../../src/wallet/wallet-files.ts'
import { inProcess } from '../support/in-process-cli.ts'
import { MINING_NETUID, type Mining, startMining } from '../support/mining.ts'
import fc from '../support/properties.ts'

let mining: Mining
beforeAll(async () => {
  mining = await startMining()
})
afterAll(() => mining[Symbol.asyncDispose]())

const register = (wallet: string, ...args: string[]) =>
  inProcess(minerCommand, 'register', ...mining.options(wallet), ...args)

/** A wallet whose hotkey has no seat, and whose coldkey has so much. */
async function wallet(name: string, rao: bigint): Promise<string> {
  const { address } = await mining.wallet(name, false)
  const options = mining.options(name)
  const root = options[options.indexOf('--wallet.path') + 1]!
  const key = generateKey(12)
  await storeKeys([{ key, files: coldkeyFiles(root, name) }], { password: undefined, overwrite: false })
  mining.chain.node.endow(key.keypair.address, rao)
  mining.chain.node.produceBlocks(3)
  return address
}

const uidOf = async (hotkey: string) => {
  const { neurons } = await (await mining.client()).metagraph(MINING_NETUID)
  return neurons.find((each) => each.hotkey === hotkey)?.uid
}

describe('miner register', () => {
  it('shows the price, pays it once, and gets the seat', async () => {
    const hotkey = await wallet('rich', 5_000_000_000n)
    const shown = await register('rich', '--limit', '0.5', '--dry-run', '--json')
    expect(shown, shown.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(shown.stdout)).toMatchObject({ hotkey, limit: '0.5', price: '0.001', dry_run: true })
    expect(await uidOf(hotkey)).toBeUndefined()

    const paid = await register('rich', '--limit', '0.5', '--json')
    expect(paid, paid.stdout + paid.stderr).toMatchObject({ code: 0 })
    const { uid, extrinsic_hash: hash } = JSON.parse(paid.stdout)
    expect(hash).toMatch(/^0x[0-9a-f]{64}$/)
    expect(uid).toBe(await uidOf(hotkey))

    await expect(register('rich', '--limit', '0.5')).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining(`registered already: uid ${uid}`),
    })
  })

  it('pays no more than was allowed', async () => {
    const hotkey = await wallet('careful', 5_000_000_000n)
    await expect(register('careful', '--limit', '0.0000001')).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/costs 0\.\d+ TAO, more than 0\.0000001/),
      hint: expect.stringContaining('--limit'),
    })
    expect(await uidOf(hotkey)).toBeUndefined()
  })

  it('says that the coldkey is too poor', async () => {
    const hotkey = await wallet('poor', 1000n)
    await expect(register('poor', '--limit', '1')).rejects.toMatchObject({ code: 'refused' })
    expect(await uidOf(hotkey)).toBeUndefined()
  })
})

describe('amounts of TAO', () => {
  it('are read and written without loss', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 16n), (rao) => {
        expect(raoOf(taoOf(rao))).toBe(rao)
      }),
    )
  })

  it.each(['', '0', '0.0', '-1', '1e3', '0.0000000001', '1.', 'Infinity', '١'])('%j is none', (text) => {
    expect(raoOf(text)).toBeUndefined()
  })
})

import { Command, InvalidArgumentError, Option } from 'commander'
import { SystemClock } from '../engine/system-clock.ts'
import { priceOf, raoOf, register, taoOf } from '../miner/registration.ts'
import { openKey, readAddress } from '../wallet/open-key.ts'
import { type ChainOptions, openChain, withChain } from './chain-options.ts'
import { minerVoice, speaking } from './miner-voice.ts'
import { note, print, printJson } from './output.ts'
import { StillWaiting } from './still-waiting.ts'
import { askPassword, filesOf, type WalletOptions, WHERE_PASSWORDS_COME_FROM, withWallet } from './wallet-options.ts'

interface Options extends ChainOptions, WalletOptions {
  readonly limit: bigint
  readonly dryRun?: boolean
  readonly json?: boolean
}

const IF_STOPPED = 'It may have been sent all the same: `miner status` says whether the hotkey is registered.'

export const registerCommand = withChain(withWallet(new Command('register')))
  .summary('take a seat on the subnet for your hotkey')
  .description(
    'Registers the hotkey on the subnet. The coldkey pays the price of the moment, which is burned: nothing of it comes back,\n' +
      `not even when another miner takes the seat later. ${WHERE_PASSWORDS_COME_FROM}`,
  )
  .addOption(
    new Option('--limit <tao>', 'the most that it may cost; the chain itself refuses more')
      .makeOptionMandatory()
      .argParser(amount),
  )
  .option('--dry-run', 'say what it costs, and pay nothing')
  .option('--json', 'print one JSON object')
  .addHelpText('after', '\nExample:\n  $ roundkeeper miner register --wallet.name miner --limit 0.05 --dry-run\n')
  .action((options: Options) => {
    const { netuid, limit, dryRun = false, json = false } = options
    const run = async () => {
      const hotkey = await readAddress(filesOf('hotkey', options).publicFile)
      await using chain = await openChain(options)
      const request = { netuid, hotkey, limit }
      const { price, block } = await priceOf(chain, request)
      const cost = { success: true, netuid, hotkey, price: taoOf(price), limit: taoOf(limit), block_number: block }
      if (dryRun) {
        if (json) printJson({ ...cost, dry_run: true })
        else print(`It costs ${cost.price} TAO at block ${block}. Nothing was sent.`)
        return
      }
      if (!json) note(`It costs ${cost.price} TAO at block ${block}.`)
      const { keypair: coldkey } = await openKey(filesOf('coldkey', options).privateFile, askPassword)
      using _ = coldkey
      using waiting = new StillWaiting({ clock: new SystemClock(), head: () => chain.head(), say: note })
      waiting.begin('the registration to be final')
      const { uid, extrinsicHash, blockHash, blockNumber } = await register(chain, coldkey, request)
      const where = { extrinsic_hash: extrinsicHash, block_hash: blockHash, block_number: blockNumber }
      if (json) printJson({ ...cost, ...where, uid: uid ?? null })
      else print(`Registered as uid ${uid ?? '?'} in block ${blockNumber}.`)
    }
    return speaking(minerVoice(json), run, IF_STOPPED)
  })

function amount(text: string): bigint {
  const rao = raoOf(text)
  if (rao === undefined) throw new InvalidArgumentError('expected an amount of TAO above 0, such as 0.05')
  return rao
}

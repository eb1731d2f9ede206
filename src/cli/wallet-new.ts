import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { WORD_COUNTS, type WordCount } from '../wallet/mnemonic.ts'
import { generateKey } from '../wallet/new-key.ts'
import type { KeyToStore } from '../wallet/store-key.ts'
import type { KeyKind } from '../wallet/wallet-files.ts'
import { print } from './output.ts'
import { type MakingOptions, storeAndTell } from './wallet-made.ts'
import { filesOf, type WalletOptions, WHERE_PASSWORDS_COME_FROM, withWallet } from './wallet-options.ts'

interface Options extends WalletOptions, MakingOptions {
  readonly words: WordCount
  readonly showMnemonic?: boolean
}

export const walletNewCommand = withWallet(new Command('new'))
  .summary('make a coldkey and a hotkey, or one of them')
  .description(
    'Makes new keys. The coldkey owns the funds and is encrypted; a hotkey signs for it every day, and is not, so that a\n' +
      `server can use it unattended. ${WHERE_PASSWORDS_COME_FROM}\n` +
      'Their mnemonics are shown once, on a terminal: they are the only way back to a key whose file is lost.',
  )
  .addArgument(new Argument('[key]', 'only this one').choices(['coldkey', 'hotkey']))
  .option('--words <count>', 'words of a mnemonic: 12, 15, 18, 21 or 24', wordCount, 12)
  .option('--no-password', 'leave the coldkey in plain text')
  .option('--overwrite', 'replace keys that are there: without their mnemonics they are lost for ever')
  .option('--show-mnemonic', 'print the mnemonics even where the output is no terminal')
  .addOption(
    new Option('--json', 'print what was made as JSON; no secret is in it, and no mnemonic').conflicts('showMnemonic'),
  )
  .addHelpText(
    'after',
    '\nExamples:\n' +
      '  $ roundkeeper wallet new --wallet.name miner\n' +
      '  $ roundkeeper wallet new hotkey --wallet.name miner --wallet.hotkey second\n',
  )
  .action(async (only: KeyKind | undefined, options: Options) => {
    const kinds: readonly KeyKind[] = only ? [only] : ['coldkey', 'hotkey']
    const files = kinds.map((kind) => filesOf(kind, options))
    const keys = files.map((each) => ({ files: each, key: generateKey(options.words) }))
    await storeAndTell(keys, options)
    if (!options.json) tellMnemonics(keys, options.showMnemonic === true || process.stdout.isTTY === true)
  })

function tellMnemonics(keys: readonly KeyToStore[], shown: boolean): void {
  if (!shown) {
    print('\nThe mnemonics were not shown, as this is no terminal; they are in the key files: keep copies of those.')
    return
  }
  print('\nWrite these words down on paper, now: they are not shown again. Whoever has them has the key, and without')
  print('them nobody can bring a lost key back. Never type them anywhere but into `roundkeeper wallet regen`.')
  for (const { key, files } of keys) print(`\n  ${files.kind}\n    ${key.mnemonic}`)
}

function wordCount(text: string): WordCount {
  const found = WORD_COUNTS.find((count) => String(count) === text)
  if (found === undefined) throw new InvalidArgumentError(`expected one of ${WORD_COUNTS.join(', ')}`)
  return found
}

import { Argument, Command } from 'commander'
import { RoundkeeperError } from '../errors.ts'
import { recoverKey } from '../wallet/new-key.ts'
import type { KeyKind } from '../wallet/wallet-files.ts'
import { askHidden } from './hidden-input.ts'
import { type MakingOptions, storeAndTell } from './wallet-made.ts'
import { filesOf, type WalletOptions, WHERE_PASSWORDS_COME_FROM, withWallet } from './wallet-options.ts'

/** 24 words have less than 250 characters. */
const MAX_SECRET_BYTES = 4096

export const walletRegenCommand = withWallet(new Command('regen'))
  .summary('make a key again from its mnemonic')
  .description(
    'Makes a key file again from a mnemonic, a seed (64 hex digits) or a private key (128); the first two with a path, if there\n' +
      'is one (WORDS//hard/soft); //Alice and the like are the keys of development. The secret is asked for without\n' +
      `echo, or read from standard input: never an argument, which others on the machine can see. ${WHERE_PASSWORDS_COME_FROM}`,
  )
  .addArgument(new Argument('<key>', 'which key').choices(['coldkey', 'hotkey']))
  .option('--no-password', 'leave a coldkey in plain text')
  .option('--overwrite', 'replace a key that is there: without its mnemonic it is lost for ever')
  .option('--json', 'print what was made as JSON; no secret is in it')
  .addHelpText(
    'after',
    '\nExamples:\n' +
      '  $ roundkeeper wallet regen coldkey --wallet.name miner\n' +
      '  $ roundkeeper wallet regen hotkey --wallet.name miner --wallet.hotkey first < mnemonic.txt\n' +
      '  $ echo //Alice | roundkeeper wallet regen hotkey --wallet.name alice     everybody’s, of a dev chain\n',
  )
  .action(async (kind: KeyKind, options: WalletOptions & MakingOptions) => {
    const files = filesOf(kind, options)
    await storeAndTell([{ files, key: recoverKey(await readSecret(kind)) }], options)
  })

async function readSecret(kind: KeyKind): Promise<string> {
  const bytes = process.stdin.isTTY ? await askOnTerminal(kind) : await readStandardInput()
  const text = bytes.toString('utf8')
  bytes.fill(0)
  return text
}

function askOnTerminal(kind: KeyKind): Promise<Buffer> {
  return askHidden(`Mnemonic of the ${kind}: `, 'give it to standard input')
}

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin) {
    length += chunk.length
    if (length > MAX_SECRET_BYTES) throw tooLong
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const tooLong = new RoundkeeperError('usage', 'standard input is far too long for a mnemonic', {
  hint: 'Give it the words, and nothing else.',
})

import { Argument, Command } from 'commander'
import { openKey } from '../wallet/open-key.ts'
import type { KeyKind } from '../wallet/wallet-files.ts'
import { print, printJson } from './output.ts'
import { askPassword, filesOf, type WalletOptions, WHERE_PASSWORDS_COME_FROM, withWallet } from './wallet-options.ts'

export const walletShowCommand = withWallet(new Command('show'))
  .summary('open a key, and show whose it is')
  .description(
    `Opens a private key, checks that it can sign, and shows its public half. ${WHERE_PASSWORDS_COME_FROM}\n` +
      'Reads what Bittensor ever wrote: plain files, and encrypted ones with NaCl, Ansible Vault or Fernet.',
  )
  .addArgument(new Argument('[key]', 'which key').choices(['coldkey', 'hotkey']).default('hotkey'))
  .option('--json', 'print as JSON; no secret is in it')
  .addHelpText('after', '\nExample:\n  $ roundkeeper wallet show coldkey --wallet.name miner\n')
  .action(async (kind: KeyKind, options: WalletOptions & { json?: boolean }) => {
    const { privateFile } = filesOf(kind, options)
    const { keypair, encryption } = await openKey(privateFile, askPassword)
    using key = keypair
    const publicKey = `0x${Buffer.from(key.publicKey).toString('hex')}`
    if (options.json) {
      return printJson({
        address: key.address,
        public_key: publicKey,
        file: privateFile,
        encryption: encryption ?? null,
      })
    }
    print(`${kind}      ${key.address}`)
    print(`public key  ${publicKey}`)
    print(`file        ${privateFile} (${encryption ?? 'in plain text'})`)
  })

/** The options by which Bittensor's tools name a wallet, with the same defaults and variables. */
import { type Command, Option } from 'commander'
import { type AskPassword, PASSWORD_VARIABLE, passwordFromEnvironment } from '../wallet/password.ts'
import {
  coldkeyFiles,
  DEFAULT_ROOT,
  hotkeyFiles,
  type KeyFiles,
  type KeyKind,
  walletRoot,
} from '../wallet/wallet-files.ts'
import { askHidden } from './hidden-input.ts'

export interface WalletOptions {
  readonly 'wallet.name': string
  readonly 'wallet.hotkey': string
  readonly 'wallet.path': string
}

export const withWalletPath = (command: Command): Command =>
  command.addOption(
    new Option('--wallet.path <folder>', 'the folder of wallets').env('BT_WALLET_PATH').default(DEFAULT_ROOT),
  )

export const withWallet = (command: Command): Command =>
  withWalletPath(
    command
      .addOption(new Option('--wallet.name <name>', 'the wallet').env('BT_WALLET_NAME').default('default'))
      .addOption(new Option('--wallet.hotkey <name>', 'the hotkey in it').env('BT_WALLET_HOTKEY').default('default')),
  )

export function filesOf(kind: KeyKind, options: WalletOptions): KeyFiles {
  const { 'wallet.name': name, 'wallet.hotkey': hotkey, 'wallet.path': path } = options
  const root = walletRoot(path)
  return kind === 'coldkey' ? coldkeyFiles(root, name) : hotkeyFiles(root, name, hotkey)
}

export const WHERE_PASSWORDS_COME_FROM = `A password is asked for without echo, or taken from ${PASSWORD_VARIABLE}.`

export const BY_ENVIRONMENT = `put the password into the environment variable ${PASSWORD_VARIABLE}`

/** Of a file that is encrypted. */
export const askPassword: AskPassword = async (file) =>
  passwordFromEnvironment(file) ?? askHidden(`Password of ${file}: `, BY_ENVIRONMENT)

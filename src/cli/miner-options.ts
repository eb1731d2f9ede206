/** The options of miners' commands: those of the original, and ours beside them. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { AskForCode } from '../miner/before-sending.ts'
import { GITHUB, GitCodeHost } from '../repo/git-code-host.ts'
import { openKey } from '../wallet/open-key.ts'
import type { Sr25519Keypair } from '../wallet/sr25519-keypair.ts'
import { type ChainOptions, withChain } from './chain-options.ts'
import { type CompetitionOptions, withCompetition } from './competition-option.ts'
import { askPassword, filesOf, type WalletOptions, withWallet, withWalletPath } from './wallet-options.ts'

/** `roundkeeper miner`, or the original's `404-cli`. */
export type Face = 'miner' | 'original'

/** What the original asks for where nobody says otherwise; others ask only when told to. */
const ORIGINAL_LOCK = 100

export interface LockOptions {
  readonly requiredLock?: number
}

export interface CodeHostOptions {
  readonly gitHost: string
}

export interface CommitOptions extends ChainOptions, WalletOptions, CompetitionOptions, LockOptions, CodeHostOptions {
  readonly wait?: boolean
  readonly overwrite?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function withLock(command: Command, face: Face): Command {
  const option = new Option('--required-lock <amount>', 'what a coldkey should have locked for each of its hotkeys')
  return command.addOption((face === 'original' ? option.default(ORIGINAL_LOCK) : option).argParser(amount))
}

export const withCodeHost = (command: Command): Command =>
  command.addOption(
    new Option('--git-host <url>', 'where OWNER/NAME is looked for, to see that it has the commit')
      .env('ROUNDKEEPER_GIT_HOST')
      .default(GITHUB),
  )

export function codeHost({ gitHost }: CodeHostOptions): AskForCode {
  const host = new GitCodeHost({ baseUrl: gitHost })
  return (repo, commit) => host.find(repo, commit, new AbortController().signal)
}

/** The chain is read at its best block: what is not final yet would be lost to another commitment, too. */
export function withCommit(command: Command, face: Face): Command {
  const named = face === 'original' ? withNamedWallet(command) : withWallet(command)
  return withLock(withCodeHost(withCompetition(withChain(named, 'best'))), face)
    .option('--wait', 'come back only when the chain has revealed it; first wait for one that is not revealed yet')
    .option('--overwrite', 'replace a commitment that is not revealed yet: that one is lost')
    .option('--dry-run', 'show what would be sent, and send nothing')
}

/** The original guesses no names. */
const withNamedWallet = (command: Command): Command =>
  withWalletPath(
    command
      .requiredOption('--wallet.name <name>', 'the wallet')
      .requiredOption('--wallet.hotkey <name>', 'the hotkey in it'),
  )

/** The caller disposes of it. @throws RoundkeeperError as `openKey` */
export async function openHotkey(options: WalletOptions): Promise<Sr25519Keypair> {
  const { keypair } = await openKey(filesOf('hotkey', options).privateFile, askPassword)
  return keypair
}

function amount(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('expected a number from 0 on')
  return value
}

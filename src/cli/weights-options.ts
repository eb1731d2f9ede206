/** What the commands about weights have in common: which competition, which subnet, whose hotkey, where to remember. */
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { isError } from '../errors.ts'
import { openSource } from '../repo/open.ts'
import type { ReadOnlyRepo } from '../repo/read-only.ts'
import { WeightsRecord } from '../validator/weights-record.ts'
import { openKey, readAddress } from '../wallet/open-key.ts'
import type { Sr25519Keypair } from '../wallet/sr25519-keypair.ts'
import { type ChainOptions, withChain } from './chain-options.ts'
import { sourceOf } from './source.ts'
import { askPassword, filesOf, type WalletOptions, withWallet } from './wallet-options.ts'

export interface WeightsOptions extends ChainOptions, WalletOptions {
  readonly repo: string
  readonly branch?: string
  readonly stateDir: string
  readonly json?: boolean
}

export interface SettingOptions extends WeightsOptions {
  /** False by --no-verify. */
  readonly verify: boolean
  readonly allowedSigners?: string
}

export const withWeights = (command: Command): Command => {
  const asked = withWallet(
    withChain(
      command
        .option('--repo <source>', 'the competition: a URL, a clone, a bundle or a folder made by `init`', '.')
        .option('--branch <name>', 'instead of the main one'),
    ),
  ).addOption(
    new Option('--state-dir <folder>', 'remember there what was verified and set')
      .env('ROUNDKEEPER_STATE_DIR')
      .default(join(process.env.XDG_STATE_HOME || '~/.local/state', 'roundkeeper')),
  )
  const netuid = asked.options.find(({ long }) => long === '--netuid')
  netuid?.default(netuid.defaultValue, 'that of config.json')
  return asked
}

export const withSetting = (command: Command): Command =>
  withWeights(command)
    .option('--allowed-signers <file>', 'verify by your own list of who may sign, not by the one in the history')
    .option('--no-verify', 'believe the competition, and do not look whether it follows its rules')

export interface WeightsPlace extends AsyncDisposable {
  readonly repo: ReadOnlyRepo
  /** Undefined: that of config.json. */
  readonly netuid: number | undefined
  /** Where to keep how far the competition is verified; each list of signers has its own. */
  readonly checkpoint: string
  recordsOf(genesisHash: string, hotkey: string): (netuid: number) => WeightsRecord
}

export interface PlaceOptions {
  readonly repo: string
  readonly branch?: string | undefined
  readonly stateDir: string
  readonly allowedSigners?: string | undefined
  /** Undefined: that of config.json. */
  readonly netuid?: number | undefined
}

/** @throws what opening a repository throws */
export function openPlace(options: WeightsOptions & Partial<SettingOptions>, command: Command): Promise<WeightsPlace> {
  const { netuid } = options
  return placeOf({ ...options, netuid: command.getOptionValueSource('netuid') === 'default' ? undefined : netuid })
}

/** @throws what opening a repository throws */
export async function placeOf({ netuid, branch, ...options }: PlaceOptions): Promise<WeightsPlace> {
  const repo = await openSource(await sourceOf(options.repo), branch === undefined ? {} : { branch })
  const folder = resolve(options.stateDir.replace(/^~(?=[/\\]|$)/, homedir()))
  const verified = digest(repo.id, branch ?? '', options.allowedSigners ? resolve(options.allowedSigners) : '')
  return {
    repo,
    netuid,
    checkpoint: join(folder, `verified-${verified}.json`),
    recordsOf: (genesis, hotkey) => (netuid) =>
      new WeightsRecord(join(folder, `weights-${genesis.slice(2, 10)}-${netuid}-${hotkey}.json`)),
    [Symbol.asyncDispose]: () => repo[Symbol.asyncDispose](),
  }
}

const digest = (...texts: readonly string[]) => createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16)

/** The caller disposes of it. @throws RoundkeeperError as `openKey` */
export async function openHotkey(options: WalletOptions): Promise<Sr25519Keypair> {
  return (await openKey(filesOf('hotkey', options).privateFile, askPassword)).keypair
}

/** Without a secret, wherever a file tells it in plain text. */
export async function addressOfHotkey(options: WalletOptions): Promise<string | undefined> {
  const { publicFile, privateFile } = filesOf('hotkey', options)
  for (const file of [publicFile, privateFile]) {
    try {
      return await readAddress(file)
    } catch (error) {
      if (!isError(error)) throw error
    }
  }
  return undefined
}

import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Block } from '../chain/chain.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { isError } from '../errors.ts'
import { isGithubAddress } from '../repo/github/address.ts'
import { operatorChain } from './operator-chain.ts'
import { OPERATOR_FILE, type OperatorSettings, readSettings } from './operator-settings.ts'

/** Whoever asks how a competition stands does not wait long for the chain's part of it. */
const HEAD_TIMEOUT_MS = 10_000

/** The settings beside it, when a source is a folder made by `init`. */
export async function settingsBeside(source: string): Promise<OperatorSettings | undefined> {
  const found = await stat(join(resolve(source), OPERATOR_FILE)).catch(() => undefined)
  return found?.isFile() ? readSettings(resolve(source)) : undefined
}

/** The chain's newest block, when a source is a folder made by `init`; undefined when it cannot be known from there. */
export async function chainHeadOf(source: string): Promise<Block | undefined> {
  try {
    const settings = await settingsBeside(source)
    if (settings === undefined) return undefined
    await using opened = await operatorChain(resolve(source), settings.chain, new SystemClock(), HEAD_TIMEOUT_MS)
    return await opened.chain.head()
  } catch (error) {
    if (isError(error)) return undefined
    throw error
  }
}

/** Where to read a competition from: a folder made by `init` stands for the repository that it names. */
export async function sourceOf(source: string): Promise<string> {
  if (/^https?:\/\//.test(source)) return source
  const settings = await settingsBeside(source)
  if (settings === undefined) return source
  const { repo } = settings
  return /^https?:\/\//.test(repo) || isGithubAddress(repo) ? repo : resolve(source, repo)
}

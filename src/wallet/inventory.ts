/** What wallets there are in a folder, and what is wrong with them. Asks for no password, and stops at nothing that it finds. */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isError, RoundkeeperError } from '../errors.ts'
import { encryptionOf } from './encryption/encrypted-file.ts'
import { readKeyContent } from './key-file-content.ts'
import { readAddress } from './open-key.ts'
import { readPrivateFile } from './read-file.ts'
import { coldkeyFiles, hotkeyFiles, hotkeyFolder, isFitName, type KeyFiles, PUBLIC_SUFFIX } from './wallet-files.ts'

/** `public-only`: the private half is elsewhere, as it should be for a coldkey on a server. `unknown`: see the problems. */
export type Kept = 'encrypted' | 'plain' | 'public-only' | 'unknown'

export interface KeyEntry {
  readonly name: string
  /** Null where no file tells it. */
  readonly address: string | null
  readonly kept: Kept
}

export interface Problem {
  readonly file: string
  readonly problem: string
  readonly remedy: string
}

export interface WalletEntry {
  readonly name: string
  /** Null where there is none. */
  readonly coldkey: KeyEntry | null
  readonly hotkeys: readonly KeyEntry[]
  readonly problems: readonly Problem[]
}

/** @throws RoundkeeperError `not-found` when the folder is not there or cannot be read; anything inside it is a problem of its wallet */
export async function takeInventory(root: string): Promise<WalletEntry[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new RoundkeeperError('not-found', `there is no folder of wallets that can be read (${error.code})`, {
      where: root,
      hint: 'Name it with --wallet.path, or make a first wallet: roundkeeper wallet new.',
    })
  })
  const names: string[] = []
  for (const entry of entries) {
    if (isFitName(entry.name) && (await isFolder(root, entry))) names.push(entry.name)
  }
  const wallets: WalletEntry[] = []
  for (const name of names.sort()) wallets.push(await walletOf(root, name))
  return wallets
}

async function walletOf(root: string, name: string): Promise<WalletEntry> {
  const problems: Problem[] = []
  const coldkey = await keyOf('coldkey', coldkeyFiles(root, name), problems)
  const hotkeys: KeyEntry[] = []
  for (const hotkey of await hotkeyNames(hotkeyFolder(root, name), problems)) {
    const files = hotkeyFiles(root, name, hotkey)
    const key = await keyOf(hotkey, files, problems)
    if (key) hotkeys.push(key)
    else
      problems.push({ file: files.privateFile, problem: 'a link that leads nowhere', remedy: 'Correct or remove it.' })
  }
  return { name, coldkey, hotkeys, problems }
}

async function hotkeyNames(folder: string, problems: Problem[]): Promise<string[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') {
      const problem = `the folder of hotkeys cannot be read (${error.code})`
      problems.push({ file: folder, problem, remedy: 'Make it a folder that you own.' })
    }
    return []
  })
  const ofPublicHalf = (name: string) => (name.endsWith(PUBLIC_SUFFIX) ? name.slice(0, -PUBLIC_SUFFIX.length) : name)
  const names = new Set(files.map(ofPublicHalf))
  return [...names].filter((name) => isFitName(name) && !name.endsWith(PUBLIC_SUFFIX)).sort()
}

/** The public half tells the address; a private one in plain text tells it too, and has to tell the same. */
async function keyOf(name: string, files: KeyFiles, problems: Problem[]): Promise<KeyEntry | null> {
  const attempt = async <T>(file: string, read: () => Promise<T>): Promise<T | 'missing' | 'broken'> => {
    try {
      return await read()
    } catch (error) {
      if (isError(error, 'not-found')) return 'missing'
      problems.push(problemOf(file, error))
      return 'broken'
    }
  }
  const half = await attempt(files.publicFile, async () => ({ address: await readAddress(files.publicFile) }))
  const whole = await attempt(files.privateFile, () => readPrivateHalf(files.privateFile))
  if (half === 'missing' && whole === 'missing') return null
  const address = typeof half === 'object' ? half.address : null
  if (whole === 'missing') return { name, address, kept: half === 'broken' ? 'unknown' : 'public-only' }
  if (whole === 'broken') return { name, address, kept: 'unknown' }
  if (address !== null && whole.address !== null && whole.address !== address) {
    problems.push({
      file: files.publicFile,
      problem: `it names ${address}, and the private key beside it is ${whole.address}`,
      remedy: 'Find out which one is meant, and move the other file away.',
    })
  }
  return { name, address: whole.address ?? address, kept: whole.kept }
}

async function readPrivateHalf(file: string): Promise<{ address: string | null; kept: Kept }> {
  const bytes = await readPrivateFile(file)
  try {
    if (encryptionOf(bytes) !== undefined) return { address: null, kept: 'encrypted' }
    const { address, keypair } = readKeyContent(bytes.toString('utf8'), file)
    keypair?.[Symbol.dispose]()
    return { address, kept: keypair ? 'plain' : 'public-only' }
  } finally {
    bytes.fill(0)
  }
}

function problemOf(file: string, error: unknown): Problem {
  if (isError(error)) return { file, problem: error.message, remedy: error.hint ?? '' }
  // Whatever it is, its text may quote what it choked on.
  return { file, problem: 'it cannot be read', remedy: 'Move it away, and make it anew from its mnemonic.' }
}

const isFolder = async (root: string, entry: Dirent) =>
  entry.isDirectory() ||
  (entry.isSymbolicLink() &&
    (await stat(join(root, entry.name)).then(
      (status) => status.isDirectory(),
      () => false,
    )))

/** Where Bittensor keeps the files of a wallet: `ROOT/NAME/coldkey`, `coldkeypub.txt`, `hotkeys/HOTKEY`, `hotkeys/HOTKEYpub.txt`. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { RoundkeeperError } from '../errors.ts'

export const PUBLIC_SUFFIX = 'pub.txt'
const MAX_NAME_LENGTH = 128
/** Names are parts of paths, and are shown in tables. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among what is refused
const UNFIT = /[/\\\u0000-\u001f\u007f-\u009f]|^\.|^\s|\s$/u

export type KeyKind = 'coldkey' | 'hotkey'

/** The two files of a key. */
export interface KeyFiles {
  readonly kind: KeyKind
  readonly privateFile: string
  readonly publicFile: string
}

export const DEFAULT_ROOT = '~/.bittensor/wallets'

/** @param path as people write it; `~` is the home folder */
export const walletRoot = (path: string = DEFAULT_ROOT): string =>
  resolve(/^~(?=[/\\]|$)/.test(path) ? join(homedir(), path.slice(1)) : path)

export const hotkeyFolder = (root: string, wallet: string) => join(root, wallet, 'hotkeys')

/** @throws RoundkeeperError `usage` for a name that would lead elsewhere */
export function coldkeyFiles(root: string, wallet: string): KeyFiles {
  const folder = join(root, fitName('wallet', wallet))
  return { kind: 'coldkey', privateFile: join(folder, 'coldkey'), publicFile: join(folder, `coldkey${PUBLIC_SUFFIX}`) }
}

/** @throws RoundkeeperError `usage` for a name that would lead elsewhere, or to the public half of another key */
export function hotkeyFiles(root: string, wallet: string, hotkey: string): KeyFiles {
  const privateFile = join(hotkeyFolder(root, fitName('wallet', wallet)), fitName('hotkey', hotkey))
  if (hotkey.endsWith(PUBLIC_SUFFIX)) throw unfit('hotkey', hotkey)
  return { kind: 'hotkey', privateFile, publicFile: `${privateFile}${PUBLIC_SUFFIX}` }
}

export const isFitName = (name: string) => name !== '' && name.length <= MAX_NAME_LENGTH && !UNFIT.test(name)

function fitName(what: string, name: string): string {
  if (isFitName(name)) return name
  throw unfit(what, name)
}

const unfit = (what: string, name: string) =>
  new RoundkeeperError('usage', `"${name.slice(0, MAX_NAME_LENGTH)}" cannot be the name of a ${what}`, {
    hint: `Choose a plain name: no slashes, no dot at the start, not ending in ${PUBLIC_SUFFIX}.`,
  })

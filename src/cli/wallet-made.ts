/** What `wallet new` and `wallet regen` share: they store keys and say so. */
import { demandFree, type KeyToStore, storeKeys } from '../wallet/store-key.ts'
import type { KeyFiles } from '../wallet/wallet-files.ts'
import { newPassword } from './new-password.ts'
import { note, print, printJson } from './output.ts'

export interface MakingOptions {
  /** False leaves the coldkey in plain text. */
  readonly password: boolean
  readonly overwrite?: boolean
  readonly json?: boolean
}

/** The secrets of the keys are wiped afterwards, mnemonics aside, which are texts. */
export async function storeAndTell(keys: readonly KeyToStore[], options: MakingOptions): Promise<void> {
  try {
    tell(keys, options, await store(keys, options))
  } finally {
    for (const { key } of keys) {
      key.content.fill(0)
      key.keypair[Symbol.dispose]()
    }
  }
}

/** Asks for a password only once it is known that there is room for what it is to protect. @returns whether there was one */
async function store(keys: readonly KeyToStore[], options: MakingOptions): Promise<boolean> {
  const overwrite = options.overwrite === true
  if (!overwrite) await demandFree(keys)
  const coldkey = keys.find(({ files }) => files.kind === 'coldkey')
  const password = coldkey && options.password ? await newPassword(coldkey.files.privateFile) : undefined
  if (password) note('Encrypting: this takes some seconds, and half a GiB of memory.')
  try {
    await storeKeys(keys, { password, overwrite })
  } finally {
    password?.fill(0)
  }
  return password !== undefined
}

function tell(keys: readonly KeyToStore[], { json }: MakingOptions, encrypted: boolean): void {
  if (json) printJson(asJson(keys, encrypted))
  else for (const { key, files } of keys) print(lineOf(key.keypair.address, files, encrypted))
}

function lineOf(address: string, { kind, privateFile }: KeyFiles, encrypted: boolean): string {
  const kept = kind === 'coldkey' && encrypted ? 'encrypted' : 'in plain text'
  return `${kind.padEnd(7)}  ${address}  ${privateFile} (${kept})`
}

const asJson = (keys: readonly KeyToStore[], encrypted: boolean) =>
  Object.fromEntries(
    keys.map(({ key, files: { kind, privateFile, publicFile } }) => [
      kind,
      {
        address: key.keypair.address,
        file: privateFile,
        public_file: publicFile,
        encrypted: kind === 'coldkey' && encrypted,
      },
    ]),
  )

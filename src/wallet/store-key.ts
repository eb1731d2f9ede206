/** Puts keys where Bittensor looks for them. */
import { lstat } from 'node:fs/promises'
import { encryptFile } from './encryption/encrypted-file.ts'
import { publicContent } from './key-file-content.ts'
import type { NewKey } from './new-key.ts'
import { readAddress } from './open-key.ts'
import type { KeyFiles } from './wallet-files.ts'
import { alreadyThere, type NewFile, writeFiles } from './write-files.ts'

export interface KeyToStore {
  readonly key: NewKey
  readonly files: KeyFiles
}

/**
 * A public half that is there already and names the same key is no obstacle: a server may have had it first.
 * @throws RoundkeeperError `usage` for the first file that would be written over
 */
export async function demandFree(keys: readonly KeyToStore[]): Promise<void> {
  for (const { key, files } of keys) {
    if (await exists(files.privateFile)) throw alreadyThere(files.privateFile)
    if (!(await exists(files.publicFile))) continue
    const address = await readAddress(files.publicFile).catch(() => undefined)
    if (address !== key.keypair.address) throw alreadyThere(files.publicFile)
  }
}

/**
 * All of the keys, or none.
 * @param password encrypts the coldkeys; none leaves them in plain text. Hotkeys always are: servers sign with them unattended.
 * @throws RoundkeeperError `usage` when a file is there and may not be overwritten, or cannot be written
 */
export async function storeKeys(
  keys: readonly KeyToStore[],
  { password, overwrite }: { password: Uint8Array | undefined; overwrite: boolean },
): Promise<void> {
  if (!overwrite) await demandFree(keys)
  const all: NewFile[] = []
  for (const { key, files } of keys) {
    const encrypt = files.kind === 'coldkey' && password !== undefined
    const content = encrypt ? await encryptFile(key.content, password) : key.content
    all.push({ path: files.privateFile, content })
    all.push({ path: files.publicFile, content: publicContent(key.keypair.publicKey) })
  }
  const publicFiles = new Set(keys.map(({ files }) => files.publicFile))
  await writeFiles(all, (path) => overwrite || publicFiles.has(path))
}

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  )

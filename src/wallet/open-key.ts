/** From a key file to a key, through whatever protects it. */

import { decryptFile, type Encryption, encryptionOf } from './encryption/encrypted-file.ts'
import { brokenKeyFile } from './key-fields.ts'
import { readKeyContent } from './key-file-content.ts'
import type { AskPassword } from './password.ts'
import { readPrivateFile, readPublicFile } from './read-file.ts'
import type { Sr25519Keypair } from './sr25519-keypair.ts'

export interface OpenedKey {
  readonly keypair: Sr25519Keypair
  readonly encryption: Encryption | undefined
}

/**
 * Opens a private key; the caller disposes of it.
 * @param ask is asked only for a file that is encrypted
 * @throws RoundkeeperError `not-found`, `refused` (open to others, no such file), `unauthorised` (wrong password), `usage` (no key)
 */
export async function openKey(file: string, ask: AskPassword): Promise<OpenedKey> {
  const bytes = await readPrivateFile(file)
  try {
    const encryption = encryptionOf(bytes)
    const plain = encryption === undefined ? bytes : await decrypted(bytes, encryption, ask, file)
    try {
      const { keypair } = readKeyContent(plain.toString('utf8'), file)
      if (keypair === undefined) throw brokenKeyFile('it holds only the public half', file)
      return { keypair, encryption }
    } finally {
      plain.fill(0)
    }
  } finally {
    bytes.fill(0)
  }
}

/** The address in a public file (`coldkeypub.txt`). @throws RoundkeeperError as above */
export async function readAddress(file: string): Promise<string> {
  const bytes = await readPublicFile(file)
  const { address, keypair } = readKeyContent(bytes.toString('utf8'), file)
  keypair?.[Symbol.dispose]()
  return address
}

async function decrypted(bytes: Buffer, encryption: Encryption, ask: AskPassword, file: string): Promise<Buffer> {
  const password = await ask(file)
  try {
    return await decryptFile(bytes, encryption, password, file)
  } finally {
    password.fill(0)
  }
}

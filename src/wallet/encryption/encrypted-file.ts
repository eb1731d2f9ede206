/** Key files that a password opens: which format it is, and how it is opened. */
import { RoundkeeperError } from '../../errors.ts'
import { ANSIBLE_PREFIX, ansibleOpen } from './ansible-vault.ts'
import { FERNET_PREFIX, fernetOpen } from './fernet.ts'
import { NACL_PREFIX, naclKey, naclOpen, naclSeal } from './nacl.ts'

/** `nacl` is what is written today; the other two are read only. */
export type Encryption = 'nacl' | 'ansible-vault' | 'fernet'

const PREFIXES: readonly (readonly [string, Encryption])[] = [
  [NACL_PREFIX, 'nacl'],
  [ANSIBLE_PREFIX, 'ansible-vault'],
  [FERNET_PREFIX, 'fernet'],
]

/** Told by the first bytes; undefined for a file in plain text. */
export function encryptionOf(file: Uint8Array): Encryption | undefined {
  const begins = (prefix: string) => Buffer.from(file.subarray(0, prefix.length)).toString('latin1') === prefix
  return PREFIXES.find(([prefix]) => begins(prefix))?.[1]
}

/**
 * The plain content; the caller wipes it, and the password.
 * @param where the file, for errors
 * @throws RoundkeeperError `unauthorised` for a wrong password or a damaged file
 */
export async function decryptFile(file: Uint8Array, encryption: Encryption, password: Uint8Array, where: string) {
  const plain = await open(file, encryption, password)
  if (plain !== undefined) return plain
  throw new RoundkeeperError('unauthorised', 'the password does not open this key file', {
    where,
    hint: 'Try again with the right password. If it is the right one, the file is damaged: make it anew from its mnemonic.',
  })
}

/** As Bittensor encrypts today. */
export async function encryptFile(plain: Uint8Array, password: Uint8Array): Promise<Buffer> {
  const key = await naclKey(password)
  try {
    return naclSeal(plain, key)
  } finally {
    key.fill(0)
  }
}

async function open(file: Uint8Array, encryption: Encryption, password: Uint8Array): Promise<Buffer | undefined> {
  if (encryption === 'ansible-vault') return ansibleOpen(file, password)
  if (encryption === 'fernet') return fernetOpen(file, password)
  const key = await naclKey(password)
  try {
    return naclOpen(file, key)
  } finally {
    key.fill(0)
  }
}

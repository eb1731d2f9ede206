import { resolve } from 'node:path'
import { readKeyFile } from '../signing/key-file.ts'
import { PrivateKey } from '../signing/private-key.ts'
import type { Signer } from '../signing/signer.ts'

const TEXT = 'ROUNDKEEPER_SIGNING_KEY'
const FILE = 'ROUNDKEEPER_SIGNING_KEY_FILE'

/**
 * The engine's key: from the environment (its text, or its file), where a job gets its secrets, otherwise from the file
 * that the settings name; undefined when nothing does.
 * @throws RoundkeeperError `usage`
 */
export async function engineSigner(root: string, file: string | undefined): Promise<Signer | undefined> {
  const { [TEXT]: text, [FILE]: path } = process.env
  if (text) return PrivateKey.parse(text, `the environment variable ${TEXT}`)
  return path ? readKeyFile(resolve(path)) : fileSigner(root, file)
}

/** The variable of the environment that names the engine's key, if one does. */
export const engineKeyNamed = (): string | undefined => [TEXT, FILE].find((name) => process.env[name])

/** @param file relative to the folder of the settings @throws RoundkeeperError `usage` */
export const fileSigner = async (root: string, file: string | undefined): Promise<Signer | undefined> =>
  file === undefined ? undefined : readKeyFile(resolve(root, file))

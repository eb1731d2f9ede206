/** Who commits: the engine, and the person in charge. */
import type { Identity } from '../repo/state-repo.ts'
import type { OperatorSettings } from './operator-settings.ts'
import { engineSigner, fileSigner } from './signing-key.ts'

/** Whose commits the engine's are, with its key. @throws RoundkeeperError `usage` when the key cannot be read */
export async function engineOf(root: string, { author, signing_key }: OperatorSettings): Promise<Identity> {
  const signer = await engineSigner(root, signing_key)
  return { ...author, ...(signer && { signer }) }
}

/** The person in charge, with their own key. @throws as above */
export async function humanOf(root: string, settings: OperatorSettings): Promise<Identity> {
  if (settings.operator === undefined) return engineOf(root, settings)
  const { signing_key, ...identity } = settings.operator
  const signer = await fileSigner(root, signing_key)
  return { ...identity, ...(signer && { signer }) }
}

/** An auditor's own list of who may sign. */
import { readFile } from 'node:fs/promises'
import { RoundkeeperError } from '../errors.ts'
import { sha256Hex } from '../rules/digest.ts'
import { AllowedSigners } from '../signing/allowed-signers.ts'

/** @throws `usage` for a list that cannot be read as a whole, or names nobody: an auditor wants to know */
export async function readSigners(path: string): Promise<{ signers: AllowedSigners; digest: string }> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unusable('cannot be read', path, cause)
  })
  const signers = new AllowedSigners(text)
  const [first] = signers.problems
  if (first !== undefined) throw unusable(`cannot be read: ${first.problem}`, `${path}, line ${first.line}`)
  if (signers.signers.length === 0) throw unusable('names nobody', path)
  return { signers, digest: sha256Hex(text) }
}

const unusable = (what: string, where: string, cause?: unknown) =>
  new RoundkeeperError('usage', `the list of allowed signers ${what}`, {
    where,
    hint: 'Name a file with lines such as `engine@example.com ssh-ed25519 AAAA…`; man ssh-keygen, ALLOWED SIGNERS.',
    cause,
  })

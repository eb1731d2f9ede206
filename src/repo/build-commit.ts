/**
 * Turns a change into a commit object; no index, no work tree, no ref is touched.
 * The same base, change, time and identity, with the same key, always give the same commit id.
 */
import { RoundkeeperError } from '../errors.ts'
import { joinSigned } from '../signing/signed-commit.ts'
import { formatMessage } from './message.ts'
import type { Objects } from './objects.ts'
import type { ChangeSet, Signature } from './state-repo.ts'
import { writeChanges } from './tree.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const NOT_IN_IDENTITY = /[<>\u0000-\u001f\u007f]/g

/** @returns the id of the commit, on disk with everything below it; `base` itself when nothing changes */
export async function buildCommit(
  objects: Objects,
  base: string | undefined,
  change: ChangeSet,
  by: Signature,
): Promise<string> {
  const message = formatMessage(change.message, change.trailers)
  const who = identityOf(by)
  const root = base === undefined ? undefined : await objects.rootOf(base)
  const tree = await writeChanges(objects, root, change.files)
  if (base !== undefined && tree === root) return base
  const parent = base === undefined ? [] : [`parent ${base}`]
  const headers = [`tree ${tree}`, ...parent, `author ${who}`, `committer ${who}`]
  const payload = Buffer.from(`${headers.join('\n')}\n\n${message}`)
  const oid = await objects.writeCommit(
    by.signer === undefined ? payload : joinSigned(payload, by.signer.sign(payload)),
  )
  await objects.fs.settle()
  return oid
}

/** @throws `usage` when git would not take it */
export function identityOf(by: Signature): string {
  const name = by.name.replace(NOT_IN_IDENTITY, '').trim()
  const email = by.email.replace(NOT_IN_IDENTITY, '').trim()
  const seconds = Math.floor(by.at.getTime() / 1000)
  if (name !== '' && email !== '' && seconds >= 0) return `${name} <${email}> ${seconds} +0000`
  throw new RoundkeeperError('usage', 'a commit needs a name, an email address and a time after 1970', {
    where: `${by.name} <${by.email}>`,
    hint: 'Set the identity that the engine commits with.',
  })
}

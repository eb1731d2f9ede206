/** What to say when a history lacks something, the same whoever reads it. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'

/** @param gitdir where it was looked for; the reason is found there */
export async function missingObject(gitdir: string, what: string, cause?: unknown): Promise<RoundkeeperError> {
  const { message = what.replace(/^(error|fatal): /, ''), hint } = await remedy(gitdir)
  return new RoundkeeperError('not-found', message, { where: gitdir, hint, cause })
}

async function remedy(gitdir: string): Promise<{ message?: string; hint: string }> {
  if ((await stat(join(gitdir, 'shallow')).catch(() => undefined)) !== undefined)
    return { message: 'this clone holds only the newest commits', hint: 'Run git fetch --unshallow there.' }
  if (/^\s*(partialclone|promisor)\s*=/im.test(await readFile(join(gitdir, 'config'), 'utf8').catch(() => '')))
    return { message: 'this clone was made without all of its files', hint: 'Clone it anew, without --filter.' }
  return { hint: 'Run git fsck there; a fresh clone brings it back if the remote still has it.' }
}

export const notInHistory = (since: string, head: string, where: string) =>
  new RoundkeeperError('not-found', `${since} is not in the history of ${head}`, {
    where,
    hint: 'The history was rewritten, or this is another competition: verify it from the beginning.',
  })

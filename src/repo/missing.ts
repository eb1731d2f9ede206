/** What to say when a history lacks something, the same whoever reads it. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'

/** @param gitdir where it was looked for; the reason is found there */
export async function missingObject(gitdir: string, what: string, cause?: unknown): Promise<RoundkeeperError> {
  return new RoundkeeperError('not-found', what, { where: gitdir, hint: await remedy(gitdir), cause })
}

async function remedy(gitdir: string): Promise<string> {
  if ((await stat(join(gitdir, 'shallow')).catch(() => undefined)) !== undefined)
    return 'This clone holds only the newest commits: run git fetch --unshallow there.'
  if (/^\s*(partialclone|promisor)\s*=/im.test(await readFile(join(gitdir, 'config'), 'utf8').catch(() => '')))
    return 'This clone was made without all of its files: clone it anew, without --filter.'
  return 'Run git fsck there; a fresh clone brings it back if the remote still has it.'
}

export const notInHistory = (since: string, head: string, where: string) =>
  new RoundkeeperError('not-found', `${since} is not in the history of ${head}`, {
    where,
    hint: 'The history was rewritten, or this is another competition: verify it from the beginning.',
  })

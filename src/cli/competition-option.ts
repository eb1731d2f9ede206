/** Where a miner reads a competition: plain files over HTTP, or a repository as everybody else does. */
import { type Command, Option } from 'commander'
import type { Documents } from '../miner/documents.ts'
import { DEFAULT_COMPETITION, httpDocuments } from '../miner/http-documents.ts'
import { sourceOf } from './source.ts'

export interface CompetitionOptions {
  readonly competition: string
}

export const withCompetition = (command: Command): Command =>
  command.addOption(
    new Option(
      '--competition <source>',
      'its raw base URL, its page on GitHub, a clone, a bundle or a folder of `init`',
    )
      .env('ROUNDKEEPER_COMPETITION')
      .default(DEFAULT_COMPETITION),
  )

export type OpenDocuments = Documents & AsyncDisposable

/** @throws RoundkeeperError `usage`, `not-found`, `unavailable` for what is no competition */
export async function openDocuments(source: string): Promise<OpenDocuments> {
  if (/^https?:\/\//i.test(source) && !isGitAddress(source)) {
    return { ...httpDocuments(source), [Symbol.asyncDispose]: async () => {} }
  }
  const { openSource } = await import('../repo/open.ts')
  const repo = await openSource(await sourceOf(source))
  const head = await repo.head()
  return {
    where: repo.id,
    async text(path) {
      const bytes = await repo.read(head, path)
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
    },
    [Symbol.asyncDispose]: () => repo[Symbol.asyncDispose](),
  }
}

/** Other hosts have no place for raw files that could be told from the address: there git is asked. */
const isGitAddress = (url: string) => /\.git\/?$/.test(url) && !/^https?:\/\/(www\.)?github\.com\//i.test(url)

/** What a competition publishes, read by a miner: the files of its repository, as texts by path, wherever they are served. */
import { RoundkeeperError } from '../errors.ts'
import type { StateFile } from '../state/state-file.ts'

type Args = readonly (string | number)[]

export interface Documents {
  /** For people: a URL or a folder. */
  readonly where: string
  /** The text, or undefined where there is no such file. @throws `unavailable`, `refused` */
  text(path: string): Promise<string | undefined>
}

/** @throws `state-file` when it is malformed, `unavailable` */
export async function findDocument<T, A extends Args>(
  documents: Documents,
  file: StateFile<T, A>,
  ...args: A
): Promise<T | undefined> {
  const path = file.path(...args)
  const text = await documents.text(path)
  return text === undefined ? undefined : file.parse(text, path)
}

/** @throws `unavailable`; `not-found` when it is not there, `state-file` when it is malformed */
export async function readDocument<T, A extends Args>(
  documents: Documents,
  file: StateFile<T, A>,
  ...args: A
): Promise<T> {
  const found = await findDocument(documents, file, ...args)
  if (found !== undefined) return found
  throw notPublished(documents.where, file.path(...args))
}

/** The words are those that miners' scripts know. */
export const fetchFailed = (url: string, cause: string, details: { readonly retryable?: boolean } = {}) =>
  new RoundkeeperError('unavailable', `Failed to fetch ${url.split('/').at(-1)} from ${url}: ${cause}`, {
    hint: 'Try again in a while; or give the competition’s folder, clone or raw base URL.',
    ...details,
  })

const notPublished = (where: string, path: string) =>
  new RoundkeeperError('not-found', `Failed to fetch ${path.split('/').at(-1)} from ${where}/${path}: not published`, {
    hint: path.startsWith('rounds/')
      ? 'That file comes later in the round, or the round has not been scheduled: see `roundkeeper miner status`.'
      : 'Is this the competition? Give its raw base URL, its GitHub address, or the folder of a clone.',
  })

import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { isError, RoundkeeperError } from '../errors.ts'
import type { S3Credentials } from '../store/s3/credentials.ts'
import { formatS3Address } from '../store/source/s3-address.ts'
import type { S3SourceOptions } from '../store/source/s3-source.ts'
import type { MediaSettings } from './media-settings.ts'
import { readMediaSettings } from './operator-settings.ts'
import { settingsBeside } from './source.ts'
import { credentialsOf, folderOf, locationOf, type S3Settings } from './store-settings.ts'

/** How a command line says where the evidence is. */
export interface EvidenceOptions {
  /** An address; false: none, whatever could be found; absent: what is found beside the source. */
  readonly store?: string | false
  /** How many duels a judge is asked about again. */
  readonly rejudge?: number
  /** Where to keep what was verified. */
  readonly cache?: string
  /** File that says who draws, measures and judges again. */
  readonly media?: string
}

export const addEvidenceOptions = (command: Command): Command =>
  command
    .option(
      '--store <source>',
      'look at the evidence itself: a folder, an http(s) URL, or s3://bucket/prefix?endpoint=…&region=…;\na folder made by `init` names its own',
    )
    .option('--no-store', 'do not look at the evidence itself')
    .option('--rejudge <n>', 'ask the judge again about so many duels, drawn from the seeds', wholeNumber)
    .option(
      '--media <file>',
      'what draws, measures and judges again: a JSON file with `renderer`, `distance`, `judge`, as in roundkeeper.json;\na folder made by `init` says it itself, and for others it is what is built in',
    )
    .option('--cache <folder>', 'keep what was verified there, and do not fetch it again')

export interface FoundStore {
  readonly address: string
  /** Named by the operator's settings, and not by whoever runs this. */
  readonly found: boolean
  /** What the settings say of a bucket besides its address. */
  readonly s3?: S3SourceOptions
}

export interface FoundMedia {
  readonly settings: MediaSettings
  /** What paths in them are relative to. */
  readonly root: string
}

/** @throws `usage` when something is asked of a store and there is none */
export async function storeOf(source: string, options: EvidenceOptions): Promise<FoundStore | undefined> {
  const { store, rejudge, cache, media } = options
  if (typeof store === 'string') return { address: store, found: false }
  const beside = store === false ? undefined : await storeBeside(source)
  if (beside !== undefined) return { ...beside, found: true }
  const asked = Object.entries({ '--rejudge': rejudge, '--cache': cache, '--media': media })
  const [option] = asked.find(([, value]) => value !== undefined) ?? []
  if (option === undefined) return undefined
  throw new RoundkeeperError('usage', `${option} needs the evidence itself`, {
    where: source,
    hint: 'Name the object store with --store.',
  })
}

/** @returns undefined where nothing is said: what is built in @throws `usage` */
export async function mediaOf(source: string, { media }: EvidenceOptions): Promise<FoundMedia | undefined> {
  if (media !== undefined) return { settings: await readMediaSettings(media), root: dirname(resolve(media)) }
  const settings = isUrl(source) ? undefined : await settingsBeside(source)
  return settings && { settings, root: resolve(source) }
}

const isUrl = (source: string) => /^https?:\/\//.test(source)

/** The store of a folder made by `init`; if it is a folder, once it is there. */
async function storeBeside(source: string): Promise<Omit<FoundStore, 'found'> | undefined> {
  const settings = isUrl(source) ? undefined : await settingsBeside(source)
  if (settings === undefined) return undefined
  if (settings.store.s3 !== undefined) return bucketOf(settings.store.s3)
  const folder = folderOf(source, settings.store)
  const found = await stat(folder).catch(() => undefined)
  return found?.isDirectory() ? { address: folder } : undefined
}

/** Credentials that are not set here are not missed: an auditor may read what anybody may. */
function bucketOf(s3: S3Settings): Omit<FoundStore, 'found'> {
  const { pathStyle, ...location } = locationOf(s3)
  let credentials: S3Credentials | undefined
  try {
    credentials = credentialsOf(s3)?.()
  } catch (error) {
    if (!isError(error, 'unauthorised')) throw error
  }
  const about = { ...(credentials && { credentials }), ...(pathStyle === undefined ? {} : { pathStyle }) }
  return { address: formatS3Address(location), ...(Object.keys(about).length > 0 && { s3: about }) }
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number from 1 on')
  return value
}

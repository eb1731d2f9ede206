/**
 * The ZIP archive that an image answers a batch with. It is a stranger's: all that it says of itself is looked at before
 * anything is unpacked, and again while that is done; a program that reads it otherwise than we do finds nothing in it.
 */
import type { FileEntry, ZipReader } from '@zip.js/zip.js'
import { isError } from '../../errors.ts'
import { printable } from '../printable.ts'
import { BadArchive, BadModel, type ModelCode } from './faults.ts'
import { FAILED, MAX_MANIFEST_BYTES, manifestOf } from './manifest.ts'
import type { SpooledFile } from './spooled-file.ts'

export interface ArchiveRules {
  readonly stems: readonly string[]
  /** Any of them, without the dot. */
  readonly extensions: readonly string[]
  /** Of one model, unpacked. */
  readonly maxModelBytes: number
  /** Whether folders in front of names are overlooked. */
  readonly folders?: boolean
}

/** Of the list of files and of whatever else is read in one piece. */
const MAX_READ_BYTES = 4 * 2 ** 20
/** Deflate makes a thousandfold of nothing; models are never so even. */
const MAX_RATIO = 200
/** Whatever becomes no longer than that may be even. */
const RATIO_FROM_BYTES = 2 ** 20
const LOCAL_HEADER_BYTES = 30
const METHODS = [0, 8]
const MAX_NAME = 100

export interface Results extends AsyncDisposable {
  /** Of prompts for which there is a file, its extension; whether it is a model has still to be seen. */
  readonly delivered: ReadonlyMap<string, string>
  /** Why the image says that it made no model, by stem. */
  readonly failed: ReadonlyMap<string, string>
  /**
   * Hands on the bytes of a model as they are unpacked. What `take` makes of them counts only when all of them were what
   * the archive says of them.
   * @throws `unavailable` when our disk fails, and whatever `take` throws for reasons of its own
   */
  take<T>(stem: string, take: (chunks: AsyncIterable<Uint8Array>) => Promise<T>): Promise<Taken<T>>
}

export type Taken<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ModelCode; readonly detail: string }

/**
 * @param file belongs to the results from here on
 * @throws BadArchive; `unavailable` when our disk fails
 */
export async function openResults(file: SpooledFile, rules: ArchiveRules): Promise<Results> {
  let archive: ZipReader<unknown> | undefined
  const close = async () => {
    await archive?.close().catch(() => undefined)
    await file[Symbol.asyncDispose]()
  }
  try {
    archive = await readerOf(file)
    const entries = await entriesOf(archive, rules)
    const manifest = entries.get(FAILED)
    const failed = manifest === undefined ? new Map<string, string>() : await readManifest(manifest, rules)
    entries.delete(FAILED)
    return {
      ...{ delivered: new Map([...entries].map(([stem, { filename }]) => [stem, extensionOf(filename)])), failed },
      take: (stem, take) => taken(bytesOf(entries.get(stem), rules.maxModelBytes), take),
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const extensionOf = (name: string) => name.slice(name.lastIndexOf('.') + 1)

async function taken<T>(
  chunks: AsyncIterable<Uint8Array>,
  take: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<Taken<T>> {
  try {
    return { ok: true, value: await take(chunks) }
  } catch (error) {
    if (error instanceof BadModel) return { ok: false, code: error.code, detail: error.message }
    throw error
  }
}

async function readerOf(file: SpooledFile): Promise<ZipReader<unknown>> {
  const { Reader, ZipReader } = await import('@zip.js/zip.js')
  class SpoolReader extends Reader<SpooledFile> {
    override async init() {
      await super.init?.()
      this.size = file.size
    }

    override async readUint8Array(from: number, length: number) {
      if (length > MAX_READ_BYTES) throw new BadArchive('archive-too-large', 'its list of files is too long')
      return file.read(from, length) as Promise<Uint8Array<ArrayBuffer>>
    }
  }
  return new ZipReader(new SpoolReader(file), {
    ...{ strictness: 'strict', filenameValidation: 'tolerant' },
    ...{ checkOverlappingEntry: true, checkSignature: true, useWebWorkers: false },
  })
}

/** By stem, and the manifest by its name. */
async function entriesOf(archive: ZipReader<unknown>, rules: ArchiveRules): Promise<Map<string, FileEntry>> {
  const most = rules.stems.length + 1
  const found = new Map<string, FileEntry>()
  const stems = new Map(rules.stems.flatMap((stem) => rules.extensions.map((kind) => [`${stem}.${kind}`, stem])))
  const places: { readonly from: number; readonly to: number }[] = []
  try {
    for await (const entry of archive.getEntriesGenerator()) {
      if (places.length === most) throw new BadArchive('archive-too-many', `more than ${most} files`)
      const { filename, rawFilename, offset, compressedSize, zip64 } = entry
      if (zip64) throw new BadArchive('archive-unsupported', 'it uses Zip64')
      places.push({ from: offset, to: offset + LOCAL_HEADER_BYTES + rawFilename.length + compressedSize })
      const name = rules.folders ? (filename.split('/').at(-1) ?? '') : filename
      if (rules.folders && entry.directory) continue
      const key = name === FAILED ? FAILED : stems.get(name)
      if (key === undefined || entry.directory)
        throw new BadArchive('archive-unexpected', `nobody asked for ${JSON.stringify(printable(filename, MAX_NAME))}`)
      if (found.has(key)) throw new BadArchive('archive-repeated', `${name} is there twice`)
      found.set(key, entry)
    }
  } catch (error) {
    throw archiveFault(error)
  }
  const inOrder = places.sort((a, b) => a.from - b.from)
  if (inOrder.some(({ from }, at) => from < (inOrder[at - 1]?.to ?? 0)))
    throw new BadArchive('archive-ambiguous', 'files share bytes')
  return found
}

async function readManifest(entry: FileEntry, rules: ArchiveRules): Promise<Map<string, string>> {
  try {
    return manifestOf(Buffer.concat(await Array.fromAsync(bytesOf(entry, MAX_MANIFEST_BYTES))), rules.stems)
  } catch (error) {
    if (error instanceof BadModel) throw new BadArchive('archive-manifest', `${FAILED}: ${error.message}`)
    throw error
  }
}

async function* bytesOf(entry: FileEntry | undefined, maxBytes: number): AsyncGenerator<Uint8Array, void> {
  if (entry === undefined) throw new BadModel('model-kind', 'it is not there')
  const { uncompressedSize: size, compressedSize } = entry
  if (entry.encrypted) throw new BadModel('model-encrypted', 'nobody has its password')
  if (entry.symlink) throw new BadModel('model-kind', 'it is a link')
  if (!METHODS.includes(entry.compressionMethod))
    throw new BadModel('model-method', `compressed by method ${entry.compressionMethod}: store it, or deflate it`)
  if (size > maxBytes) throw new BadModel('model-too-large', `a model of more than ${maxBytes} bytes`)
  if (size === 0) throw new BadModel('model-empty', 'an empty model')
  if (size > RATIO_FROM_BYTES && size > MAX_RATIO * compressedSize)
    throw new BadModel('model-ratio', `${compressedSize} bytes become ${size}`)
  const stopped = new AbortController()
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  let fault: unknown
  const written = entry.getData(writable, { signal: stopped.signal }).then(
    () => undefined,
    async (error: unknown) => {
      fault = error
      // Whoever reads must not wait for what never comes.
      await writable.abort(error).catch(() => undefined)
    },
  )
  let length = 0
  try {
    for await (const chunk of readable as AsyncIterable<Uint8Array>) {
      length += chunk.length
      if (length > size) throw new BadModel('model-damaged', 'it is longer than its entry says')
      yield chunk
    }
    await written
    if (fault !== undefined) throw fault
    if (length !== size) throw new BadModel('model-damaged', 'it is shorter than its entry says')
  } catch (error) {
    throw modelFault(fault ?? error)
  } finally {
    stopped.abort()
    await written
  }
}

const isOurs = (error: unknown) => isError(error) || error instanceof BadArchive || error instanceof BadModel

/** Whatever the library says of what it was given is about the archive. */
function archiveFault(error: unknown): unknown {
  if (isOurs(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  if (/ambiguous|overlapping/i.test(message)) return new BadArchive('archive-ambiguous', message)
  if (/split|zip64|encrypted/i.test(message)) return new BadArchive('archive-unsupported', message)
  return new BadArchive('archive-damaged', printable(message, MAX_NAME))
}

function modelFault(error: unknown): unknown {
  if (isError(error) || error instanceof BadModel) return error
  const message = error instanceof Error ? error.message : String(error)
  return new BadModel('model-damaged', printable(message, MAX_NAME))
}

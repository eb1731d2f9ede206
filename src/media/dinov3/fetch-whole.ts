// Fetches a large file whose digest is known. It appears under its name when it is whole, and what a broken connection or a
// killed process left is gone on with. Several processes may do so at once, each without harm to the others.
import { createHash, type Hash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Agent, type Dispatcher, interceptors, request } from 'undici'
import { isError, RoundkeeperError } from '../../errors.ts'

/** Protobuf, and so ONNX, has files of at most 2 GiB. */
const MAX_BYTES = 2 ** 31
const MAX_REDIRECTIONS = 5
const CONNECT_TIMEOUT_MS = 20_000
/** How long nothing may arrive. */
const IDLE_MS = 30_000
const PIECE_BYTES = 2 ** 20

interface Filled {
  readonly sha256: string
  /** Whether there was something to go on with. */
  readonly resumed: boolean
}

/**
 * @param path its folder is made @param sha256 lower-case hex
 * @throws `refused` when other bytes are there, `unavailable` when they do not all arrive: the next call goes on from there
 */
export async function fetchWhole(url: string, path: string, sha256: string): Promise<void> {
  const partial = `${path}.partial`
  const own = `${path}.${randomUUID()}`
  const agent = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS }, headersTimeout: IDLE_MS, bodyTimeout: IDLE_MS })
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: MAX_REDIRECTIONS }))
  try {
    await mkdir(dirname(path), { recursive: true })
    const filled = await fill(url, partial, dispatcher)
    // Others may still write to that file, and to no copy of it.
    await copyFile(partial, own).catch(unlessMissing)
    await rm(partial, { force: true })
    if (filled.sha256 !== sha256 && !filled.resumed) throw otherBytes(url, filled.sha256, sha256)
    if ((await sha256OfFile(own).catch(unlessMissing)) !== sha256) {
      // What there was may have been of another file, or of two who wrote at once.
      await rm(own, { force: true })
      const anew = await fill(url, own, dispatcher)
      if (anew.sha256 !== sha256) throw otherBytes(url, anew.sha256, sha256)
    }
    await rename(own, path)
  } catch (cause) {
    throw isError(cause) ? cause : unavailable(url, cause instanceof Error ? cause.message : String(cause), cause)
  } finally {
    await rm(own, { force: true })
    await agent.destroy()
  }
}

/** Goes on where the file ends. */
async function fill(url: string, partial: string, dispatcher: Dispatcher): Promise<Filled> {
  await using file = await open(partial, 'a+')
  const { size } = await file.stat()
  const { statusCode, headers, body } = await request(url, {
    dispatcher,
    headers: { 'accept-encoding': 'identity', ...(size > 0 && { range: `bytes=${size}-` }) },
  })
  const hash = createHash('sha256')
  const resumed = size > 0 && statusCode !== 200
  if (resumed) await addFile(hash, file)
  else await file.truncate(0)
  // 416: there is nothing beyond the end.
  const isComplete = resumed && statusCode === 416
  const isRest = resumed && statusCode === 206 && String(headers['content-range']).startsWith(`bytes ${size}-`)
  if (statusCode !== 200 && !isComplete && !isRest) throw unavailable(url, `HTTP ${statusCode}`)
  if (!isComplete) await keep(body, file, hash, resumed ? size : 0, url)
  await file.sync()
  return { sha256: hash.digest('hex'), resumed }
}

async function keep(body: AsyncIterable<Uint8Array>, file: FileHandle, hash: Hash, before: number, url: string) {
  let size = before
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_BYTES) throw unavailable(url, `there are more than ${MAX_BYTES} bytes`)
    hash.update(chunk)
    await file.appendFile(chunk)
  }
}

async function addFile(hash: Hash, file: FileHandle): Promise<void> {
  const chunks = file.createReadStream({ start: 0, highWaterMark: PIECE_BYTES, autoClose: false })
  for await (const chunk of chunks) hash.update(chunk as Uint8Array)
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: PIECE_BYTES })) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

function unlessMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

const unavailable = (url: string, why: string, cause?: unknown) =>
  new RoundkeeperError('unavailable', `the network was not fetched: ${why}`, {
    where: url,
    hint: 'Run again where its host can be reached; or fetch the file elsewhere, and name its `path` instead of its `url`.',
    cause,
  })

const otherBytes = (url: string, found: string, wanted: string) =>
  new RoundkeeperError('refused', `other bytes are there than were named: sha256 ${found}`, {
    where: url,
    hint: `Name the address of the file whose sha256 is ${wanted}; whoever keeps it may have replaced it.`,
  })

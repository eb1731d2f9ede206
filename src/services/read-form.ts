// Files of a multipart form, parsed while it arrives.
import type { IncomingMessage } from 'node:http'
import { Busboy, type BusboyFileStream } from '@fastify/busboy'
import { ByteSink } from '../media/byte-sink.ts'
import { ServiceProblem } from './problem.ts'
import { readBody } from './read-body.ts'

export interface FormFile {
  /** As the client calls it; never a path. */
  readonly name: string
  readonly bytes: Uint8Array
}

export interface FormLimits {
  /** Of one file. */
  readonly maxFileBytes: number
  readonly idleMs: number
  /** Told of every piece that is kept. */
  readonly hold: (bytes: number) => void
}

/** Boundaries and headers of the few parts that there may be. */
const OVERHEAD_BYTES = 64 * 1024
const PARTS = 16

export const isForm = (incoming: IncomingMessage): boolean =>
  /^multipart\/form-data\b/i.test(incoming.headers['content-type'] ?? '')

/**
 * @param wanted names of the parts that are kept; others are read over
 * @returns what there is of the wanted parts
 * @throws ServiceProblem 400 for what is no form, and as `readBody`
 */
export async function readForm(
  incoming: IncomingMessage,
  wanted: readonly string[],
  { maxFileBytes, idleMs, hold }: FormLimits,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FormFile>> {
  const files = new Map<string, FormFile>()
  const kept: Promise<unknown>[] = []
  let problem: ServiceProblem | undefined
  const parser = openParser(incoming, wanted.length, maxFileBytes)
  const finished = new Promise<void>((resolve) => {
    const fail = (detail: string) => {
      problem ??= new ServiceProblem(400, 'form', detail)
      resolve()
    }
    parser.on('file', (field, stream, name) => {
      if (!wanted.includes(field) || files.has(field)) return void stream.resume()
      const whole = keep(stream, maxFileBytes).then(
        (bytes) => files.set(field, { name: name ?? '', bytes }),
        (error: unknown) => {
          if (error instanceof ServiceProblem) problem ??= error
          else fail('the form is cut off')
        },
      )
      kept.push(whole)
    })
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      parser.on(limit, () => fail('the form has too many parts'))
    }
    parser.on('error', (error) => fail(`the form cannot be read: ${error instanceof Error ? error.message : 'broken'}`))
    parser.on('finish', resolve)
  })
  try {
    const maxBytes = maxFileBytes * wanted.length + OVERHEAD_BYTES
    await readBody(incoming, { maxBytes, idleMs }, signal, (chunk) => {
      hold(chunk.length)
      if (problem === undefined) parser.write(chunk)
      if (problem !== undefined) throw problem
    })
    parser.end()
    await unlessAborted(finished, signal)
    // The last pieces of a file are handed over after the parser has seen them.
    if (problem === undefined) await unlessAborted(Promise.all(kept), signal)
  } finally {
    parser.on('error', () => {})
    parser.destroy()
  }
  if (problem !== undefined) throw problem
  return files
}

function openParser(incoming: IncomingMessage, files: number, maxFileBytes: number): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: { ...incoming.headers, 'content-type': incoming.headers['content-type'] ?? '' },
      // One more than may be, so that a file of exactly that size is whole.
      limits: { fileSize: maxFileBytes + 1, files, fields: PARTS, parts: PARTS, fieldSize: 1024, headerPairs: 32 },
      isPartAFile: (_field, type, name) => name !== undefined || type === 'application/octet-stream',
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ServiceProblem(400, 'form', `the form cannot be read: ${why}`)
  }
}

function keep(stream: BusboyFileStream, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const sink = new ByteSink(maxBytes)
    stream.on('data', (chunk: Uint8Array) => {
      if (sink.add(chunk)) return
      reject(new ServiceProblem(413, 'too_large', `at most ${maxBytes} bytes are taken`))
    })
    stream.on('end', () => resolve(sink.bytes()))
    stream.on('error', reject)
  })
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    if (signal.aborted) return leave()
    signal.addEventListener('abort', leave, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}

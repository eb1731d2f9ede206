/** A body as its host meant it: unpacked where it came compressed, which bounds and proportion have to survive. */
import { pipeline, Readable, type Transform } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { type Failure, sourceFault } from './download-fault.ts'

/** Models of repeated bytes shrink to a hundredth at most; what shrinks more is made to hurt. */
export const MAX_RATIO = 200
/** Up to here nothing can hurt, whatever it came as. */
const RATIO_FROM_BYTES = 4 * 2 ** 20

/** What HTTP allows (RFC 9659), 8 MiB; by default it would be 128 MiB of memory for each body. */
const ZSTD_WINDOW = { [constants.ZSTD_d_windowLogMax]: 23 }

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: () => createZstdDecompress({ params: ZSTD_WINDOW }),
}

/** The encoding of an answer, `undefined` for none. */
export function encodingOf(header: string | string[] | undefined): string | undefined {
  const encoding = String(header ?? 'identity')
    .trim()
    .toLowerCase()
  return encoding === 'identity' || encoding === '' ? undefined : encoding
}

export const isKnownEncoding = (encoding: string): boolean => Object.hasOwn(DECODERS, encoding)

/** Thrown at whoever takes the bytes; what it is told as goes another way. */
export class Refused extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.detail)
    this.failure = failure
  }
}

/**
 * Hands pieces on as they come, unpacked.
 * @throws Refused `too_large`, `compression_ratio`, `content_encoding`; whatever `raw` throws
 */
export async function* decodedBody(
  raw: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let came = 0
  let size = 0
  async function* counted() {
    for await (const chunk of raw) {
      came += chunk.length
      if (came > maxBytes) throw tooLarge(maxBytes)
      yield chunk
    }
  }
  for await (const chunk of encoding === undefined ? counted() : unpacked(counted(), encoding)) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    if (size > RATIO_FROM_BYTES && size > came * MAX_RATIO) {
      throw new Refused(sourceFault('compression_ratio', `unpacks to more than ${MAX_RATIO} times what came`))
    }
    yield chunk
  }
}

async function* unpacked(raw: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
  const decoder = DECODERS[encoding]?.()
  if (decoder === undefined) throw new Refused(sourceFault('content_encoding', `encoded as ${encoding}`))
  let cause: unknown
  async function* watched() {
    try {
      yield* raw
    } catch (error) {
      cause = error
      throw error
    }
  }
  const source = Readable.from(watched(), { objectMode: true, highWaterMark: 1 })
  pipeline(source, decoder, () => undefined)
  try {
    for await (const chunk of decoder) yield chunk as Uint8Array
  } catch (error) {
    if (cause !== undefined) throw cause
    throw new Refused(sourceFault('content_encoding', `the body is not what it says (${encoding}): ${error}`))
  }
}

const tooLarge = (maxBytes: number) => new Refused(sourceFault('too_large', `more than ${maxBytes} bytes`))

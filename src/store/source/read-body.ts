import { RoundkeeperError } from '../../errors.ts'
import { ByteSink } from '../../media/byte-sink.ts'

/**
 * All of a body, unless it is larger than that.
 * @param announced what the other side says its length is; a larger one is refused before anything is read
 * @throws `refused`; `unavailable` when the body ends early
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  { where, maxBytes, announced }: { where: string; maxBytes: number; announced: number | undefined },
): Promise<Uint8Array> {
  if (announced !== undefined && announced > maxBytes) throw tooLarge(where, maxBytes)
  const sink = new ByteSink(maxBytes)
  for await (const chunk of body) if (!sink.add(chunk)) throw tooLarge(where, maxBytes)
  const bytes = sink.bytes()
  if (announced === undefined || bytes.length === announced) return bytes
  throw new RoundkeeperError('unavailable', `the object ended after ${bytes.length} of ${announced} bytes`, { where })
}

export const tooLarge = (where: string, maxBytes: number) =>
  new RoundkeeperError('refused', `the object is larger than ${maxBytes} bytes`, {
    where,
    hint: 'No object of its kind may be so large: it is not read.',
  })

export const stopped = (signal: AbortSignal) =>
  new RoundkeeperError('aborted', 'stopped while reading from the object store', { cause: signal.reason })

import { createHash } from 'node:crypto'
import type { CompletedPart } from '@aws-sdk/client-s3'
import type { Body } from './body.ts'
import { type Bucket, describe, unless } from './bucket.ts'
import { isOccupied, isUnknown, type SdkError } from './failure.ts'

export interface Parts {
  /** Of every part but the last. */
  readonly bytes: number
  /** Only if there is no such object by the time that all parts are there. */
  readonly once: boolean
}

const AT_ONCE = 3
const MAX_PARTS = 10_000
const isGone = (error: SdkError) => error.name === 'NoSuchUpload'

/**
 * Writes a large object in parts; those of an upload that failed are taken back.
 * @returns false when somebody else's object may be there instead
 */
export async function writeInParts(
  bucket: Bucket,
  key: string,
  body: Body,
  contentType: string,
  parts: Parts,
): Promise<boolean> {
  const UploadId = await bucket.ask(key, async ({ sdk, client, at, options }) => {
    const about = { ...at, ...describe(body, contentType), ChecksumAlgorithm: 'SHA256' as const }
    const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(about), options)
    // Parts of no upload would be written as if each were the object.
    if (!UploadId) throw new Error('an upload without an id')
    return UploadId
  })
  let written = false
  try {
    const Parts = await sendParts(bucket, key, body, UploadId, Math.max(parts.bytes, Math.ceil(body.size / MAX_PARTS)))
    written = await complete(bucket, key, UploadId, Parts, parts.once)
    return written
  } finally {
    if (!written) await abort(bucket, key, UploadId)
  }
}

async function sendParts(
  bucket: Bucket,
  key: string,
  body: Body,
  UploadId: string,
  partBytes: number,
): Promise<CompletedPart[]> {
  const sent: CompletedPart[] = []
  const send = async (index: number) => {
    const Body = await body.slice(index * partBytes, Math.min(body.size, (index + 1) * partBytes))
    const part = { PartNumber: index + 1, ChecksumSHA256: createHash('sha256').update(Body).digest('base64') }
    sent[index] = await bucket.ask(key, async ({ sdk, client, at, options }) => {
      const { ETag } = await client.send(new sdk.UploadPartCommand({ ...at, ...part, UploadId, Body }), options)
      return { ...part, ETag }
    })
  }
  // Shared by all senders: the first to fail ends it, and the others stop after the part that they are at.
  const indexes = indexesTo(Math.ceil(body.size / partBytes))
  const sender = async () => {
    for (const index of indexes) await send(index)
  }
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, sender))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  return sent
}

/** An upload that is gone may have been completed by an attempt whose answer was lost: the object itself will tell. */
const complete = (bucket: Bucket, key: string, UploadId: string, Parts: CompletedPart[], once: boolean) =>
  bucket.ask(key, async ({ sdk, client, at, options }) => {
    const whole = { ...at, UploadId, MultipartUpload: { Parts } }
    const send = (condition: { IfNoneMatch?: string }) =>
      client.send(new sdk.CompleteMultipartUploadCommand({ ...whole, ...condition }), options)
    const sent = send(once ? { IfNoneMatch: '*' } : {}).catch((error: SdkError) => {
      if (once && isUnknown(error)) return send({})
      throw error
    })
    return sent.then(
      () => true,
      unless((error) => isOccupied(error) || isGone(error), false),
    )
  })

/** Parts that stay are paid for. What cannot be taken back now is left to the rules of the bucket. */
const abort = (bucket: Bucket, key: string, UploadId: string) =>
  bucket
    .ask(key, async ({ sdk, client, at, options }) => {
      await client.send(new sdk.AbortMultipartUploadCommand({ ...at, UploadId }), options)
    })
    .catch(() => undefined)

function* indexesTo(end: number): Generator<number> {
  for (let index = 0; index < end; index++) yield index
}

/** One object under a reserved key, that no object of a competition can have: what a store lets us do is found out with it. */
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { diskFailure, unlessMissing } from './disk.ts'
import { bytesBody } from './s3/body.ts'
import { Bucket, type BucketOptions, unless } from './s3/bucket.ts'
import { isMissing } from './s3/failure.ts'
import { publicBase } from './s3/location.ts'

export interface StoreProbe {
  /** For people. */
  readonly where: string
  /** Of the object, where anybody can fetch it; undefined where objects are served nowhere. */
  readonly url: string | undefined
  write(bytes: Uint8Array): Promise<void>
  read(): Promise<Uint8Array | undefined>
  /** Whether it is in the list of what is there. */
  isListed(): Promise<boolean>
  remove(): Promise<void>
}

const FOLDER = '.roundkeeper'
/** A failure is to be told, not to be waited out. */
const ATTEMPTS = 1

/** @param name of a file, nobody else's */
export function bucketProbe(
  options: BucketOptions & { readonly baseUrl?: string },
  name: string,
): StoreProbe & AsyncDisposable {
  const bucket = new Bucket({ ...options, attempts: ATTEMPTS })
  const key = `${FOLDER}/${name}`
  return {
    where: bucket.where(key),
    url: `${publicBase(options, options.baseUrl)}/${key}`,
    write: async (bytes) => void (await bucket.write(key, bytesBody(bytes), 'text/plain', false)),
    read: async () => (await bucket.read(key))?.bytes,
    isListed: () =>
      bucket.ask(key, async ({ sdk, client, at, options: sent }) => {
        const asked = new sdk.ListObjectsV2Command({ Bucket: at.Bucket, Prefix: at.Key })
        return ((await client.send(asked, sent)).Contents ?? []).some(({ Key }) => Key === at.Key)
      }),
    remove: () =>
      bucket.ask(key, async ({ sdk, client, at, options: sent }) => {
        await client.send(new sdk.DeleteObjectCommand(at), sent).catch(unless(isMissing, undefined))
      }),
    [Symbol.asyncDispose]: () => bucket[Symbol.asyncDispose](),
  }
}

export function folderProbe(dir: string, baseUrl: string | undefined, name: string): StoreProbe & AsyncDisposable {
  const path = join(dir, FOLDER, name)
  const trying = async <T>(act: () => Promise<T>) => {
    try {
      return await act()
    } catch (cause) {
      throw diskFailure(cause, path)
    }
  }
  return {
    where: path,
    url: baseUrl === undefined ? undefined : `${baseUrl.replace(/\/+$/, '')}/${FOLDER}/${name}`,
    write: (bytes) =>
      trying(async () => {
        await mkdir(dirname(path), { recursive: true })
        await writeFile(path, bytes)
      }),
    read: () => trying(() => readFile(path).catch(unlessMissing)),
    isListed: () => trying(async () => (await readdir(dirname(path))).includes(name)),
    remove: () =>
      trying(async () => {
        await rm(path, { force: true })
        await rmdir(dirname(path)).catch(() => undefined)
      }),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

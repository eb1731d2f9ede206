import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

/** What the server was written to let in. */
/** The SDK notes in credentials where it had them from: give it a copy. */
export const CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
export const BUCKET = 'evidence'

interface Server {
  run(): Promise<{ port: number }>
  close(): Promise<void>
}
// It brings no types.
const S3rver = createRequire(import.meta.url)('@20minutes/s3rver') as new (options: object) => Server

export interface S3TestServer extends AsyncDisposable {
  readonly port: number
  put(key: string, bytes: Uint8Array): Promise<void>
  /** Every file of a folder, under its path. */
  putFolder(dir: string, prefix: string): Promise<void>
}

/** A server on this machine that speaks S3 and checks signatures, with one bucket; anybody may read without one. */
export async function startS3Server(): Promise<S3TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'roundkeeper-s3-'))
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: BUCKET }],
  })
  const { port } = await server.run()
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    credentials: { ...CREDENTIALS },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  const put = async (Key: string, Body: Uint8Array) => {
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }))
  }
  return {
    port,
    put,
    async putFolder(dir, prefix) {
      const entries = await readdir(dir, { recursive: true, withFileTypes: true })
      for (const entry of entries.filter((each) => each.isFile())) {
        const path = join(entry.parentPath, entry.name)
        await put(prefix + relative(dir, path).split(sep).join('/'), await readFile(path))
      }
    },
    async [Symbol.asyncDispose]() {
      client.destroy()
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

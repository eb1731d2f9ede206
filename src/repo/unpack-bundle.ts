/** git bundles without a git binary: unpacked into a bare folder that can be read. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import git from 'isomorphic-git'
import { type BundleHeader, parseBundleHeader, refusedBundle } from './bundle.ts'
import { Objects } from './objects.ts'

/** A bundle is read into memory. */
const MAX_BUNDLE_BYTES = 2 ** 30
const SHA1_BYTES = 20

/** Unpacks a bundle into an empty folder; refs are left to the caller. */
export async function unpackBundle(file: string, gitdir: string): Promise<BundleHeader> {
  const { size } = await stat(file)
  if (size > MAX_BUNDLE_BYTES) throw refusedBundle(file, `it is larger than ${MAX_BUNDLE_BYTES} bytes`)
  const bytes = await readFile(file)
  const header = parseBundleHeader(bytes, file)
  const pack = bytes.subarray(header.packAt)
  const sum = pack.subarray(-SHA1_BYTES)
  const digest = createHash('sha1').update(pack.subarray(0, -SHA1_BYTES)).digest()
  if (pack.length < SHA1_BYTES || !digest.equals(sum)) throw refusedBundle(file, 'its pack is damaged')

  const { fs } = new Objects(gitdir)
  await git.init({ fs, gitdir, bare: true, defaultBranch: 'main' })
  const filepath = `objects/pack/pack-${sum.toString('hex')}.pack`
  await mkdir(dirname(join(gitdir, filepath)), { recursive: true })
  await writeFile(join(gitdir, filepath), pack)
  await git.indexPack({ fs, dir: gitdir, gitdir, filepath }).catch((error: unknown) => {
    throw refusedBundle(file, 'its pack cannot be read', error)
  })
  return header
}

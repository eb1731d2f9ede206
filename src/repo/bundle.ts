/**
 * git bundles (gitformat-bundle, versions 2 and 3) without a git binary: unpacked into a bare folder that can be read.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import git from 'isomorphic-git'
import { RoundkeeperError } from '../errors.ts'
import { isOid, Objects } from './objects.ts'
import { pickBranch } from './source.ts'

/** A bundle is read into memory. */
const MAX_BUNDLE_BYTES = 2 ** 30
const MAX_HEADER_BYTES = 2 ** 20
const SHA1_BYTES = 20

export interface BundleHeader {
  /** Where the pack starts. */
  readonly packAt: number
  readonly branches: ReadonlyMap<string, string>
  /** The commit that HEAD names, if the bundle tells. */
  readonly head: string | undefined
}

/** @throws `refused` for what is not a whole SHA-1 bundle */
export function parseBundleHeader(bytes: Uint8Array, where: string): BundleHeader {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_HEADER_BYTES)).indexOf('\n\n')
  const [signature, ...lines] = new TextDecoder().decode(bytes.subarray(0, Math.max(end, 0))).split('\n')
  if (!/^# v[23] git bundle$/.test(signature ?? '')) throw refusedBundle(where, 'it has no header of a git bundle')
  const branches = new Map<string, string>()
  let head: string | undefined
  for (const line of lines) {
    if (line.startsWith('-')) throw refusedBundle(where, 'it holds only a part of a history (it has prerequisites)')
    if (line.startsWith('@')) {
      if (line !== '@object-format=sha1') throw refusedBundle(where, `it needs ${line.slice(1, 80)}`)
      continue
    }
    const oid = line.slice(0, 40)
    const ref = line.slice(41)
    if (!isOid(oid) || line[40] !== ' ') throw refusedBundle(where, 'its header is malformed')
    if (ref === 'HEAD') head = oid
    else if (ref.startsWith('refs/heads/')) branches.set(ref.slice('refs/heads/'.length), oid)
  }
  return { packAt: end + 2, branches, head }
}

export async function readBundleHeader(file: string): Promise<BundleHeader> {
  await using handle = await open(file)
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(MAX_HEADER_BYTES) })
  return parseBundleHeader(buffer.subarray(0, bytesRead), file)
}

/** @throws `not-found` when the bundle has no such branch */
export function branchOfBundle({ branches, head }: BundleHeader, wanted: string | undefined, file: string) {
  const named = [...branches].find(([, oid]) => oid === head)?.[0]
  // a bundle of a detached HEAD has no branch at all
  const refs = branches.size === 0 && head !== undefined ? new Map([['HEAD', head]]) : branches
  const name = pickBranch(refs.keys(), named, wanted, file)
  return { name, oid: refs.get(name) ?? '' }
}

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

export const refusedBundle = (where: string, why: string, cause?: unknown) =>
  new RoundkeeperError('refused', `this bundle cannot be opened: ${why}`, {
    where,
    hint: 'Make one of the whole branch: git bundle create competition.bundle main',
    cause,
  })

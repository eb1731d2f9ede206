/** git bundles (gitformat-bundle, versions 2 and 3): what they say of themselves. */
import { open } from 'node:fs/promises'
import { RoundkeeperError } from '../errors.ts'
import { isOid } from './oid.ts'
import { pickBranch } from './source.ts'

const MAX_HEADER_BYTES = 2 ** 20

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

export const refusedBundle = (where: string, why: string, cause?: unknown) =>
  new RoundkeeperError('refused', `this bundle cannot be opened: ${why}`, {
    where,
    hint: 'Make one of the whole branch: git bundle create competition.bundle main',
    cause,
  })

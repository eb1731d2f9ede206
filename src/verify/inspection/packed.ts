/** Commits on their way to a thread: all of their bytes in one block, which changes hands without being copied again. */
import type { ChangedPath } from '../../repo/history.ts'
import type { Examinable } from './examiner.ts'

/** Where bytes are in the block: from, to. */
type Range = readonly [number, number]

interface PackedFile {
  readonly path: string
  readonly before: Range | undefined
  readonly after: Range | undefined
}

export interface PackedCommit {
  readonly oid: string
  readonly raw: Range
  /** Without contents. */
  readonly changed: readonly ChangedPath[]
  readonly files: readonly PackedFile[]
  readonly evidence: boolean
}

export interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly commits: readonly PackedCommit[]
}

export function pack(commits: readonly Examinable[]): Packed {
  const parts: Uint8Array[] = []
  let size = 0
  const put = (part: Uint8Array): Range => {
    parts.push(part)
    size += part.length
    return [size - part.length, size]
  }
  const packed = commits.map(({ oid, raw, changed, files, evidence }) => ({
    oid,
    raw: put(raw),
    changed,
    files: files.map(({ path, before, after }) => ({
      path,
      before: before && put(before),
      after: after && put(after),
    })),
    evidence,
  }))
  const bytes = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return { bytes, commits: packed }
}

export function unpack({ bytes, commits }: Packed): Examinable[] {
  const take = ([from, to]: Range) => bytes.subarray(from, to)
  return commits.map(({ oid, raw, changed, files, evidence }) => ({
    oid,
    raw: take(raw),
    changed,
    files: files.map(({ path, before, after }) => ({
      path,
      ...(before && { before: take(before) }),
      ...(after && { after: take(after) }),
    })),
    evidence,
  }))
}

/**
 * What can be told of a commit by itself, whatever competition it is of: whether its files are written as they should
 * be, what evidence it brings, whether its signature fits. The costly part of an audit; pure, so that threads can do it.
 */
import { newEvidence } from '../../rules/evidence.ts'
import { type CommitSignature, signatureIn } from '../../signing/commit-signature.ts'
import { type FileProblem, type FileRead, inspectFile } from '../checks/inspect-file.ts'
import type { Crown } from '../crowns.ts'
import { keyOfDigest } from '../evidence/digest-set.ts'
import { digestsNamedIn } from '../evidence/named.ts'
import type { Told } from './told.ts'

export interface InspectableFile {
  readonly path: string
  /** Of a file that was there before; only where evidence has to be added up. */
  readonly before?: Uint8Array
  /** Of a file that is there now. */
  readonly after?: Uint8Array
}

export interface InspectableCommit {
  /** The commit object. */
  readonly raw: Uint8Array
  /** Those that it changes. */
  readonly files: readonly InspectableFile[]
  /** Whether the evidence that it brings is to be added up. */
  readonly evidence: boolean
}

export interface Inspection {
  readonly signature: CommitSignature
  /** By path, where there are any. */
  readonly problems: ReadonlyMap<string, readonly FileProblem[]>
  /** As the `Evidence` trailer should say. */
  readonly evidence: string | undefined
  /** Objects that its files name by digest, as keys for counting; some more than once. */
  readonly named: Float64Array
  /** Where its files say that objects are published. */
  readonly published: string | undefined
}

/** What one commit looked like by itself, and what was read of it: by path, for whoever needs it too. */
export interface Read extends Inspection {
  readonly read: ReadonlyMap<string, FileRead>
}

/** And what its decisions are worth. */
export interface Inspected extends Inspection {
  readonly told: readonly Told[]
  readonly crowns: readonly Crown[]
}

export function inspectCommit({ raw, files, evidence }: InspectableCommit): Read {
  const problems = new Map<string, readonly FileProblem[]>()
  const read = new Map<string, FileRead>()
  const named: number[] = []
  let published: string | undefined
  for (const { path, after } of files) {
    if (after === undefined) continue
    const found = inspectFile(path, after, (file) => {
      read.set(path, file)
      const names = digestsNamedIn(file.file, file.value)
      for (const digest of names.digests) named.push(keyOfDigest(digest))
      published ??= names.published
    })
    if (found.length > 0) problems.set(path, found)
  }
  return {
    signature: signatureIn(raw),
    problems,
    evidence: evidence ? newEvidence(all(files, 'after'), all(files, 'before')) : undefined,
    named: new Float64Array(named),
    published,
    read,
  }
}

const all = (files: readonly InspectableFile[], which: 'before' | 'after') =>
  files.map((file) => file[which]).filter((bytes) => bytes !== undefined)

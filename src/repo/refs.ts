/**
 * Branches of a git folder as files: read loose or packed, moved by compare-and-swap under git's own lock.
 * isomorphic-git reads and writes refs without regard to locks, which loses commits.
 */
import { randomInt } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RoundkeeperError } from '../errors.ts'
import { describeHolder, type Lock, tryLock } from './lock.ts'
import { isOid } from './oid.ts'
import { replaceFile, syncFolder } from './whole-files.ts'

/** Between two looks at a lock that somebody else holds; injectable so that tests need not wait. */
export type Pause = () => Promise<unknown>

/** A lock is held for milliseconds; after this many looks something is wrong. */
const MAX_ATTEMPTS = 200
const jitter: Pause = () => sleep(randomInt(5, 30))

/** The commit that a ref names, or undefined when there is no such ref. */
export async function readRef(gitdir: string, ref: string): Promise<string | undefined> {
  const loose = (await textOf(join(gitdir, ref)))?.trim()
  if (loose !== undefined && isOid(loose)) return loose
  return (await packedRefs(gitdir)).get(ref)
}

/** All branches, by short name. */
export async function readBranches(gitdir: string): Promise<Map<string, string>> {
  const branches = new Map<string, string>()
  for (const [ref, oid] of await packedRefs(gitdir)) if (ref.startsWith('refs/heads/')) branches.set(ref.slice(11), oid)
  const folder = join(gitdir, 'refs', 'heads')
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const oid = entry.isFile() ? (await textOf(path))?.trim() : undefined
    if (oid !== undefined && isOid(oid)) branches.set(path.slice(folder.length + 1).replaceAll('\\', '/'), oid)
  }
  return branches
}

/** The branch that HEAD names, or undefined when it is detached. */
export async function headBranch(gitdir: string): Promise<string | undefined> {
  return /^ref: refs\/heads\/(.+)$/.exec((await textOf(join(gitdir, 'HEAD')))?.trim() ?? '')?.[1]
}

/**
 * Moves a ref from `from` (undefined: it must not exist) to `to`.
 * @throws `conflict` when it is elsewhere; `unavailable` when the lock stays taken
 */
export async function moveRef(gitdir: string, ref: string, from: string | undefined, to: string, pause = jitter) {
  const path = join(gitdir, ref)
  const lock = await lockRef(gitdir, ref, from, pause)
  try {
    await expectRef(gitdir, ref, from)
    await replaceFile(path, `${to}\n`, lock.scratch)
    await syncFolder(dirname(path))
  } finally {
    await lock.release()
  }
}

/** @throws `conflict` unless the ref is at `oid` */
export async function expectRef(gitdir: string, ref: string, oid: string | undefined): Promise<void> {
  const now = await readRef(gitdir, ref)
  if (now === oid) return
  throw new RoundkeeperError('conflict', `${ref} is at ${now ?? 'nothing'}, not at ${oid ?? 'nothing'}`, {
    where: gitdir,
    hint: 'Read the branch again and decide anew.',
  })
}

async function lockRef(gitdir: string, ref: string, from: string | undefined, pause: Pause): Promise<Lock> {
  const path = join(gitdir, `${ref}.lock`)
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const lock = await tryLock(path, join(gitdir, 'roundkeeper'))
    if (lock !== undefined) return lock
    await expectRef(gitdir, ref, from)
    await pause()
  }
  const since = await stat(path).then(
    (found) => ` since ${found.mtime.toISOString()}`,
    () => '',
  )
  throw new RoundkeeperError('unavailable', `${ref} is locked by ${await describeHolder(path)}${since}`, {
    where: path,
    hint: `Try again; if no git process works on this repository any more, delete ${path}.`,
  })
}

async function packedRefs(gitdir: string): Promise<Map<string, string>> {
  const refs = new Map<string, string>()
  for (const line of ((await textOf(join(gitdir, 'packed-refs'))) ?? '').split('\n')) {
    const [oid = '', ref] = line.split(' ')
    if (ref !== undefined && isOid(oid)) refs.set(ref.trim(), oid)
  }
  return refs
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined
    throw error
  }
}

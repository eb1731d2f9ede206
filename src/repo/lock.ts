/**
 * Exclusive use of a file name, as git's own locks: the lock is held while `<name>.lock` exists. Ours says which process
 * holds it, so a lock left by a killed process is taken over; one that git or another machine wrote never is.
 */
import { link, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isGone, type ProcessRecord, parseRecord, recordThisProcess } from './process-record.ts'
import { writeSynced } from './whole-files.ts'

/** A lock that this process holds. */
export interface Lock {
  /** Name for a temporary file that is cleaned up with the lock, whatever happens. */
  readonly scratch: string
  release(): Promise<void>
}

/**
 * One attempt. `workshop` is a folder of ours on the same file system.
 * @returns undefined while somebody else holds the lock
 */
export async function tryLock(path: string, workshop: string): Promise<Lock | undefined> {
  await mkdir(workshop, { recursive: true })
  await mkdir(dirname(path), { recursive: true })
  const record = await recordThisProcess()
  const mine = join(workshop, record.id)
  // linked into place, so that a lock of ours is never seen without its record
  await writeSynced(mine, JSON.stringify(record))
  let held = false
  try {
    held = await take(path, mine, workshop)
  } finally {
    if (!held) await discard(mine)
  }
  if (!held) return undefined
  await sweep(workshop)
  return {
    scratch: scratchOf(mine),
    release: async () => {
      await rm(path, { force: true })
      await discard(mine)
    },
  }
}

/** Who holds a lock, for people. */
export async function describeHolder(path: string): Promise<string> {
  const holder = await holderOf(path)
  return holder === undefined ? 'another git process' : `process ${holder.pid} on ${holder.machine.split(' ')[0]}`
}

/**
 * Two processes may find the same dead lock, and the slower one must not remove what the faster one put in its place.
 * So whoever removes a dead holder's lock first takes the claim to it, which is a lock like any other, and looks again.
 */
async function take(path: string, mine: string, workshop: string): Promise<boolean> {
  for (;;) {
    if (await linked(mine, path)) return true
    const holder = await holderOf(path)
    if (holder === undefined || !(await isGone(holder))) return false
    const claim = join(workshop, `${holder.id}.claim`)
    if (!(await take(claim, mine, workshop))) return false
    try {
      if ((await holderOf(path))?.id === holder.id) await rm(path, { force: true })
      await discard(join(workshop, holder.id))
    } finally {
      await rm(claim, { force: true })
    }
  }
}

/** Removes what processes left that were killed without holding a lock. */
async function sweep(workshop: string): Promise<void> {
  for (const name of await readdir(workshop)) {
    const owner = name.includes('.') ? undefined : await holderOf(join(workshop, name))
    if (owner !== undefined && (await isGone(owner))) await discard(join(workshop, name))
  }
}

const scratchOf = (record: string) => `${record}.new`

/** The record goes last: as long as it is there, somebody can tell whose the scratch file is. */
async function discard(record: string): Promise<void> {
  await rm(scratchOf(record), { force: true })
  await rm(record, { force: true })
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function holderOf(path: string): Promise<ProcessRecord | undefined> {
  return parseRecord(await readFile(path, 'utf8').catch(() => ''))
}

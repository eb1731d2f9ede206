/** One process writes to a folder at a time. A lock that a dead process left behind is taken away. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { RoundkeeperError } from '../../../errors.ts'

interface Holder {
  readonly pid: number
  /** Tells two processes with the same id apart, as a container gives to one after the other; empty where nobody knows. */
  readonly started: string
}

/** Of this process: it may have several nodes. */
const held = new Set<string>()

/** @returns gives it back @throws `conflict` while another process, or another node of this one, holds it; `unavailable` */
export function takeLock(path: string): () => void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, `${process.pid} ${startOf(process.pid)}\n`, { flag: 'wx' })
      held.add(path)
      return () => {
        held.delete(path)
        rmSync(path, { force: true })
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new RoundkeeperError('unavailable', 'the folder of the dev chain cannot be written to', {
          where: path,
          hint: 'Check that it exists and who may write to it.',
          cause: error,
        })
      }
    }
    const holder = holderOf(path)
    if (holder !== undefined && isAlive(holder, path)) {
      throw new RoundkeeperError('conflict', `process ${holder.pid} runs this dev chain already`, {
        where: path,
        hint: 'Connect to that one, stop it, or use another folder. If that process is no dev chain, remove the file.',
      })
    }
    removeStale(path, holder)
  }
  throw new RoundkeeperError('conflict', 'another process takes this dev chain at the same time', {
    where: path,
    hint: 'Try again, or use another folder.',
  })
}

/** Whoever was quicker may have made a lock of their own in its place meanwhile: that one is given back. */
function removeStale(path: string, stale: Holder | undefined): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    const taken = holderOf(aside)
    if (taken?.pid !== stale?.pid || taken?.started !== stale?.started) linkSync(aside, path)
  } catch {
    // It is gone, or there again: the next attempt tells.
  } finally {
    rmSync(aside, { force: true })
  }
}

function holderOf(path: string): Holder | undefined {
  try {
    const [pid, started = ''] = readFileSync(path, 'utf8').trim().split(' ')
    return Number(pid) > 0 ? { pid: Number(pid), started } : undefined
  } catch {
    return undefined
  }
}

function isAlive({ pid, started }: Holder, path: string): boolean {
  if (pid === process.pid) return held.has(path)
  try {
    process.kill(pid, 0)
  } catch (error) {
    // Other than that, it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return started === '' || startOf(pid) === started
}

/** Field 22 of proc(5) stat, counted after the name, which may hold anything. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

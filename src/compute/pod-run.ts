// Which run of ours a pod belongs to, and whether that run is over: how the next one knows an orphan.
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

export interface PodRuns {
  /** This run: ten to twenty lower-case letters and digits. */
  readonly current: string
  /** Whether that run is known to have ended. One on another machine may still be at work. */
  isOver(run: string): boolean
}

const pattern = /^([0-9a-z]{5})([0-9a-z]{4})([0-9a-z]{1,11})$/
const textOf = (length: number, bytes: Buffer) =>
  BigInt(`0x${bytes.toString('hex')}`)
    .toString(36)
    .padStart(length, '0')
    .slice(-length)

/**
 * Process ids mean something only among processes that see each other: two containers with one host name are two
 * machines.
 */
function machine(): string {
  const about = [
    hostname(),
    quietly(() => readFileSync('/etc/machine-id', 'utf8')),
    quietly(() => readlinkSync('/proc/self/ns/pid')),
  ]
  return textOf(5, createHash('sha256').update(about.join('\0')).digest())
}

const quietly = (read: () => string) => {
  try {
    return read()
  } catch {
    return ''
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It lives, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Runs are processes of this machine. Where a process id was given out again, the old run counts as alive. */
export function processRuns(): PodRuns {
  const here = machine()
  const current = `${here}${textOf(4, randomBytes(8))}${process.pid.toString(36)}`
  return {
    current,
    isOver(run) {
      if (run === current) return false
      const [, where, , pid = ''] = pattern.exec(run) ?? []
      if (where !== here) return false
      const id = Number.parseInt(pid, 36)
      // Another run of this very process is one before ours.
      return id === process.pid || !isAlive(id)
    },
  }
}

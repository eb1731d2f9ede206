/** Time of processors, from Linux' /proc. */
import { readFileSync } from 'node:fs'
import { descendants } from '../measured.ts'

/** A tick of the clock by which Linux tells times to programs. */
const TICK_MS = 10

/** @returns milliseconds that a process and all below it have taken, those that ended included */
export function cpuOfTree(pid: number): number {
  return [pid, ...descendants(pid)].reduce((sum, each) => sum + cpuOf(each), 0)
}

function cpuOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // After the name, which may hold anything: utime, stime, and those of children that ended, are fields 14 to 17.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return TICK_MS * fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0)
  } catch {
    return 0
  }
}

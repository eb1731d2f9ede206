/** Room for caches, downloads on their way and, where it is a folder here, the store. */
import { statfs } from 'node:fs/promises'
import { type Check, type Finding, fail, ok, skipped, warn } from '../check.ts'
import type { Machine } from '../setup.ts'

const GB = 1e9
/** A round of 128 prompts and 20 miners downloads tens of gigabytes where the store is a folder. */
const SCARCE_BYTES = 5 * GB
const NOT_ENOUGH_BYTES = 0.5 * GB

export const diskCheck: Check<Machine> = {
  id: 'disk',
  title: 'Disk space',
  async run({ dir }) {
    const found = await statfs(dir).catch(() => undefined)
    if (found === undefined) return skipped(`there is no folder ${dir}`)
    const { bavail, bsize, ffree, files } = found
    return diskFinding(bavail * bsize, files === 0 ? undefined : ffree)
  },
}

/** @param freeFiles undefined on file systems that do not count them */
export function diskFinding(freeBytes: number, freeFiles?: number): Finding {
  const free = `${(freeBytes / GB).toFixed(1)} GB free`
  const advice = 'Make room, keep objects in a bucket (`store`), or move the folder to a larger disk.'
  if (freeBytes < NOT_ENOUGH_BYTES) return fail(`only ${free}`, advice)
  if (freeFiles !== undefined && freeFiles < 1000) return fail(`room for ${freeFiles} more files only`, advice)
  return freeBytes < SCARCE_BYTES ? warn(`only ${free}`, advice) : ok(free)
}

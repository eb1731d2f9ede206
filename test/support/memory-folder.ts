/**
 * Vitest's global set-up: where the machine has memory to spare, the temporary folders of all tests are kept in it. They
 * write and sync many thousands of small files, which takes a disk most of the time of the suite.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
const PREFIX = 'roundkeeper-tests-'
/** Several times what the tests were seen to keep at once. */
const ENOUGH_BYTES = 4 * 2 ** 30

export default function setup(): (() => void) | undefined {
  // Whoever names a folder wants that one.
  if (process.env.TMPDIR !== undefined || !hasRoom()) return undefined
  removeLeftovers()
  const folder = mkdtempSync(join(MEMORY, `${PREFIX}${process.pid}-`))
  // Processes that a test starts as another user find their files by name.
  chmodSync(folder, 0o711)
  // As any folder for temporary files: some tests run programs as somebody else.
  chmodSync(folder, 0o1777)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  if (!runsPrograms(folder)) return void remove()
  process.env.TMPDIR = folder
  return remove
}

function hasRoom(): boolean {
  if (!existsSync(MEMORY) || process.availableMemory() < ENOUGH_BYTES) return false
  const { type, bavail, bsize } = statfsSync(MEMORY)
  return type === TMPFS && bavail * bsize >= ENOUGH_BYTES
}
/** Linux's number for it. */
const TMPFS = 0x01021994

/** Some systems let nobody run what lies there. */
function runsPrograms(folder: string): boolean {
  const program = join(folder, 'program')
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 })
  return spawnSync(program).status === 0
}

/** Of runs that were killed; that of a run in another container, whose processes nobody sees here, is written to all the time. */
function removeLeftovers(): void {
  for (const name of readdirSync(MEMORY)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue
    const path = join(MEMORY, name)
    if (statSync(path).mtimeMs < Date.now() - LEFT_MS) rmSync(path, { recursive: true, force: true })
  }
}
const LEFT_MS = 3_600_000

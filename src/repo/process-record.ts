/**
 * Names a process so that another one on the same machine can tell later whether it is still there.
 * In doubt (another machine, another container) a process counts as alive.
 */
import { randomUUID } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'

const processRecordSchema = z.object({
  holder: z.literal('roundkeeper'),
  /** Unique to one use of the record; part of file names. */
  id: z.uuid(),
  /** Host name and machine id. */
  machine: z.string(),
  /** Changes with every boot; empty where the system does not tell. */
  boot: z.string(),
  /** Process ids mean something only inside one namespace. */
  namespace: z.string(),
  pid: z.number().int().positive(),
  /** Tells two processes with the same id apart; empty where the system does not tell. */
  started: z.string(),
})
export type ProcessRecord = z.infer<typeof processRecordSchema>

export const recordThisProcess = (): Promise<ProcessRecord> => recordProcess(process.pid)

/** Of a process that runs now: a child of ours that has not ended. */
export async function recordProcess(pid: number): Promise<ProcessRecord> {
  const here = await whereabouts()
  return { holder: 'roundkeeper', id: randomUUID(), ...here, pid, started: await startOf(pid) }
}

/** The record in a file's text, or undefined when something else wrote it. */
export function parseRecord(text: string): ProcessRecord | undefined {
  try {
    return processRecordSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** True only when the process certainly does not run any more. */
export async function isGone(record: ProcessRecord): Promise<boolean> {
  const here = await whereabouts()
  if (record.machine !== here.machine) return false
  if (record.boot !== here.boot) return true
  if (record.namespace !== here.namespace) return false
  return !exists(record.pid) || (await startOf(record.pid)) !== record.started
}

/**
 * True only when that very process certainly runs, here: it may be told to stop. A process id alone may be somebody
 * else's by now.
 */
export async function isCertainlyRunning(record: ProcessRecord): Promise<boolean> {
  const here = await whereabouts()
  const same = (['machine', 'boot', 'namespace'] as const).every((field) => record[field] === here[field])
  return same && record.started !== '' && exists(record.pid) && (await startOf(record.pid)) === record.started
}

async function whereabouts() {
  const machineId = await textOf('/etc/machine-id')
  const boot = await textOf('/proc/sys/kernel/random/boot_id')
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '')
  return { machine: `${hostname()} ${machineId}`.trim(), boot, namespace }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

/** Start time in clock ticks since boot: field 22 of proc(5) stat, counted after the name, which may hold anything. */
async function startOf(pid: number): Promise<string> {
  const stat = await textOf(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

const textOf = (path: string) =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => '',
  )

/** Whether a remote repository is moved by the git program or by isomorphic-git, and why. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { replaceFile } from './whole-files.ts'

export const gitSettings = ['auto', 'native', 'isomorphic'] as const
export type GitSetting = (typeof gitSettings)[number]

export interface GitChoice {
  readonly backend: 'native' | 'isomorphic'
  /** For people. */
  readonly reason: string
}

/** Files at the head of the branch from which on a clone without filters takes minutes; see docs/operating.md. */
export const MANY_FILES = 5_000
/** Days after which it is measured again: competitions grow. */
const MEASURED_FOR_MS = 7 * 86_400_000

const noteSchema = z.object({ files: z.int().min(0), measured_at: z.iso.datetime() })

export const NO_PROGRAM: GitChoice = {
  backend: 'isomorphic',
  reason: 'there is no git program of version 2.31 or newer',
}
export const ASKED_FOR = (backend: GitChoice['backend']): GitChoice => ({
  backend,
  reason: `roundkeeper.json asks for it ("git": "${backend}")`,
})

export const bySize = (files: number, many = MANY_FILES): GitChoice => {
  const than = `from ${many} on a repository counts as large`
  return { backend: files >= many ? 'native' : 'isomorphic', reason: `${files} files at the head; ${than}` }
}

/** What was measured lately, if anything. */
export async function measuredIn(file: string, now: Date): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const { data } = noteSchema.safeParse(jsonOf(text))
  const age = now.getTime() - Date.parse(data?.measured_at ?? '')
  return age >= 0 && age < MEASURED_FOR_MS ? data?.files : undefined
}

export const noteIn = (file: string, files: number, now: Date): Promise<void> =>
  replaceFile(file, `${JSON.stringify({ files, measured_at: now.toISOString() })}\n`)

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

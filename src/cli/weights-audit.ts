/** Whether a competition may be paid by: everything that is new since the last time is verified, and what was found remembered. */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isError } from '../errors.ts'
import type { Audited } from '../validator/weights-turn.ts'
import { parseCheckpoint } from '../verify/checkpoint.ts'
import { note } from './output.ts'
import { runVerify } from './verify-run.ts'
import type { SettingOptions } from './weights-options.ts'

type Audit = Pick<SettingOptions, 'repo' | 'branch' | 'allowedSigners'>

/** @returns what looks at a head, unless it was the last that was looked at */
export function auditOf(options: Audit, checkpoint: string, signal: AbortSignal) {
  const { repo, branch, allowedSigners } = options
  let last: Audited | undefined
  return async (head: string): Promise<Audited> => {
    if (last?.head === head) return last
    await mkdir(dirname(checkpoint), { recursive: true })
    const report = await runVerify(
      repo,
      {
        // Evidence is for auditors with the store at hand: here it is whether decisions follow from what is on record.
        store: false,
        checkpoint,
        ...((await isUsable(checkpoint)) && { since: checkpoint }),
        ...(branch !== undefined && { branch }),
        ...(allowedSigners !== undefined && { allowedSigners }),
      },
      signal,
    )
    const first = report.findings.find(({ severity }) => severity === 'error')
    const described = first && `${first.message} (${first.code}, commit ${first.commit.slice(0, 10)})`
    last = { head: report.head, errors: report.severities.error, first: described ?? null }
    return last
  }
}

/** What cannot be gone on from is as good as nothing: then everything is looked at. */
export async function isUsable(checkpoint: string): Promise<boolean> {
  const text = await readFile(checkpoint, 'utf8').catch(() => undefined)
  if (text === undefined) return false
  try {
    parseCheckpoint(text, checkpoint)
    return true
  } catch (error) {
    if (!isError(error)) throw error
    note(`${error.message}: everything is verified again (${checkpoint})`)
    return false
  }
}

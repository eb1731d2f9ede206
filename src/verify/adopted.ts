/** Edits by hand that a person stands for, by name and with a reason: explained rather than broken rules. */
import type { Records } from '../engine/records.ts'
import { actsOf } from '../engine/scene.ts'
import { isError } from '../errors.ts'
import { files } from '../state/files.ts'
import type { Intervention } from '../state/intervention.ts'
import type { Finding } from './finding.ts'

/** What nobody can stand for: decisions and signatures are right or wrong, and acts cannot speak for themselves. */
const NEVER = /^(decision|signature|intervention|evidence|history|verify)\//

/** @param records as of the end: an act may come long after what it is about */
export async function withAdoptions(findings: readonly Finding[], records: Records): Promise<Finding[]> {
  const adoptions = adoptionsIn(await acts(records))
  return findings.map((finding) => {
    const { code, severity, commit, path, message } = finding
    const by = path === null ? undefined : adoptions.get(`${commit} ${path}`)
    if (by === undefined || severity !== 'error' || NEVER.test(code)) return finding
    return { ...finding, severity: 'note', message: `${message} ${by}` }
  })
}

function adoptionsIn(all: readonly Intervention[]): ReadonlyMap<string, string> {
  const adoptions = new Map<string, string>()
  for (const [index, act] of all.entries()) {
    if (act.kind !== 'adopt') continue
    const record = files.intervention.path(index + 1)
    for (const path of act.paths)
      adoptions.set(`${act.commit} ${path}`, `Adopted by ${act.by} in ${record}: ${act.reason}`)
  }
  return adoptions
}

/** Whether they can be read is for the check of acts to say. */
async function acts(records: Records): Promise<Intervention[]> {
  try {
    return await actsOf(records)
  } catch (error) {
    if (isError(error, 'state-file')) return []
    throw error
  }
}

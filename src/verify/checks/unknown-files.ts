/** Files that lie where records lie, but are none that we know. */
import { archivedAt } from '../../state/archive.ts'
import { fileAt } from '../../state/locate.ts'

/** Of newer versions of the original: their names, without what differs from miner to miner. */
const NEWER = ['generated_*.json', 'audit_*.json', 'audit_matrix.csv', 'generation_reports.json']

/** @returns what to group it by, e.g. `audit_*.json`, or undefined for a file of ours, or one that is no record */
export function unknownKind(path: string): string | undefined {
  if (!/^(rounds|interventions)\//.test(path)) return undefined
  if (fileAt(path) !== undefined || archivedAt(path) !== undefined) return undefined
  return kindOf(path.slice(path.lastIndexOf('/') + 1))
}

/** `audit_5F4HaNQJAX_2.json` → `audit_*.json` */
function kindOf(name: string): string {
  const fixed = NEWER.find((pattern) => pattern === name)
  const [, stem = name, suffix = ''] = /^([^_.]+)_.*?(\.[^.]*)?$/.exec(name) ?? []
  return fixed ?? (stem === name ? name : `${stem}_*${suffix}`)
}

export const isOfNewerVersion = (kind: string) => NEWER.includes(kind)

/** A change of who may sign or of who may write what, in words. */
import { type Policy, SIGNERS_PATH } from '../../engine/policy.ts'

export interface PolicyChange {
  readonly before: Policy
  readonly after: Policy
  readonly removed: boolean
  /** Whether whoever made it was allowed to. */
  readonly counts: boolean
}

export function told(
  path: string,
  { before, after, removed, counts }: PolicyChange,
): { code: string; message: string } {
  if (removed) return { code: 'policy-removed', message: `${path} was removed. It stays in force for what follows.` }
  const what = path === SIGNERS_PATH ? difference(before, after) : ''
  if (counts)
    return { code: 'policy-changed', message: `${path} was changed${what}. It counts for the commits after this one.` }
  return { code: 'policy-refused', message: `${path} was changed${what}. Whoever did that may not: it does not count.` }
}

function difference(before: Policy, after: Policy): string {
  const [was, is] = [entriesOf(before), entriesOf(after)]
  const [removed, added] = [namesOnlyIn(was, is), namesOnlyIn(is, was)]
  const parts = [
    ...(added === '' ? [] : [`a key of ${added} was added`]),
    ...(removed === '' ? [] : [`a key of ${removed} was removed`]),
  ]
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}

/** Whose key each line is of, by all that the line says. */
const entriesOf = ({ signers: { signers } }: Policy): ReadonlyMap<string, string> =>
  new Map(signers.map(({ line: _, key, ...signer }) => [JSON.stringify([key.blob, signer]), signer.principals]))

const namesOnlyIn = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>) =>
  [...one].flatMap(([entry, principals]) => (other.has(entry) ? [] : [principals])).join(', ')

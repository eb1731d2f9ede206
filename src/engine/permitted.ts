/** No commit is made that every auditor would have to reject: it could never be taken back. */
import { RoundkeeperError } from '../errors.ts'
import type { Identity, StateRepo } from '../repo/state-repo.ts'
import type { Standing } from '../signing/allowed-signers.ts'
import { fingerprintOf } from '../signing/public-key.ts'
import { files } from '../state/files.ts'
import { fileAt } from '../state/locate.ts'
import { PERMISSIONS_PATH, Policy, SIGNERS_PATH } from './policy.ts'

const MAX_LISTED = 5

/**
 * Asks the policy that is in force at the head; where there is none, everything is permitted.
 * @throws RoundkeeperError `unauthorised` saying what is missing: a key, its place on the list, or a permission;
 * `state-file` when the policy cannot be read
 */
export async function checkPermitted(
  repo: StateRepo,
  head: string,
  by: Identity & { readonly at: Date },
  paths: readonly string[],
): Promise<void> {
  const [signers, permissions] = await Promise.all([
    textAt(repo, head, SIGNERS_PATH),
    textAt(repo, head, PERMISSIONS_PATH),
  ])
  if (signers === undefined) return
  const policy = new Policy({ signers, permissions })
  if (by.signer === undefined) {
    throw refusal('this competition takes signed commits only, and there is no key to sign with', SIGNERS_PATH, NO_KEY)
  }
  const { publicKey } = by.signer
  const standing = policy.signers.standingOf(publicKey, Math.floor(by.at.getTime() / 1000))
  if (standing.kind !== 'trusted') {
    throw refusal(`the key ${fingerprintOf(publicKey)} ${OBJECTIONS[standing.kind]}`, SIGNERS_PATH, NOT_LISTED)
  }
  const forbidden = policy.forbidden(standing.signer, paths)
  // Who may record an act may do what the act says.
  if (forbidden.length === 0 || paths.some((path) => isAct(path) && !forbidden.includes(path))) return
  const more = forbidden.length > MAX_LISTED ? ` and ${forbidden.length - MAX_LISTED} more` : ''
  const what = `${forbidden.slice(0, MAX_LISTED).join(', ')}${more}`
  throw refusal(`${standing.signer.name} may not write ${what}`, PERMISSIONS_PATH, NOT_ALLOWED)
}

async function textAt(repo: StateRepo, head: string, path: string): Promise<string | undefined> {
  const bytes = await repo.read(head, path)
  return bytes && new TextDecoder().decode(bytes)
}

const isAct = (path: string) => fileAt(path)?.file === files.intervention

const OBJECTIONS: Readonly<Record<Exclude<Standing['kind'], 'trusted'>, string>> = {
  unknown: 'is not on the list of those who may sign',
  expired: 'is on the list, but not valid any more',
  'not-yet': 'is on the list, but not valid yet',
  'other-purpose': 'is on the list, but not for commits',
}

const NO_KEY =
  'Name its file in roundkeeper.json (signing_key), or set ROUNDKEEPER_SIGNING_KEY_FILE or ROUNDKEEPER_SIGNING_KEY.'
const NOT_LISTED =
  'Sign with a key that is on the list, or have somebody who may write it add this one (`roundkeeper keygen --help`).'
const NOT_ALLOWED =
  'Sign with the key of whoever may (for acts of people: operator.signing_key in roundkeeper.json), or have the policy changed.'

const refusal = (message: string, where: string, hint: string) =>
  new RoundkeeperError('unauthorised', message, { where, hint })

/** Who may sign and who may write what, as of one commit: `policy/allowed_signers` and `policy/paths.json`, read. */
import { isError } from '../errors.ts'
import { WritePermissions } from '../rules/path-policy.ts'
import { AllowedSigners, type Principals } from '../signing/allowed-signers.ts'
import { files } from '../state/files.ts'
import type { Records } from './records.ts'

export const SIGNERS_PATH = files.allowedSigners.path()
export const PERMISSIONS_PATH = files.pathPolicy.path()

/** Far more than any list takes; a larger one is not read. */
const MAX_LENGTH = 2 ** 20

/** JSON as it is. */
export interface PolicyTexts {
  readonly signers: string
  /** Undefined where nothing says who may write what, so that whoever may sign may write everything. */
  readonly permissions?: string | undefined
}

/** What is wrong with a file of the policy, as a sentence without a final dot. */
export interface PolicyProblem {
  readonly path: string
  readonly problem: string
}

export class Policy {
  readonly texts: PolicyTexts
  readonly signers: AllowedSigners
  readonly permissions: WritePermissions | undefined

  /** @throws RoundkeeperError `state-file` for permissions that cannot be read */
  constructor(texts: PolicyTexts) {
    this.texts = texts
    this.signers = new AllowedSigners(texts.signers)
    const { permissions } = texts
    this.permissions =
      permissions === undefined
        ? undefined
        : new WritePermissions(files.pathPolicy.parse(permissions, PERMISSIONS_PATH))
  }

  /** Paths, of some, that whoever signs may not write. */
  forbidden(signer: Principals, paths: readonly string[]): string[] {
    const { permissions } = this
    return permissions === undefined ? [] : paths.filter((path) => !permissions.allow(signer.is, path))
  }
}

/**
 * The policy after a commit. What was taken away or cannot be read does not count: the file before it stays in force.
 * @param before in force until then; undefined where there was none
 * @returns undefined where there never was a list of signers
 */
export async function policyAfter(
  before: Policy | undefined,
  after: Pick<Records, 'text'>,
): Promise<{ policy: Policy | undefined; problems: PolicyProblem[] }> {
  const problems: PolicyProblem[] = []
  const [signers, permissions] = [await after.text(SIGNERS_PATH), await after.text(PERMISSIONS_PATH)]
  const texts = {
    signers: tooLong(SIGNERS_PATH, signers, problems) ? before?.texts.signers : (signers ?? before?.texts.signers),
    permissions: tooLong(PERMISSIONS_PATH, permissions, problems)
      ? before?.texts.permissions
      : (permissions ?? before?.texts.permissions),
  }
  if (texts.signers === undefined) return { policy: undefined, problems: [] }
  const policy = read({ ...texts, signers: texts.signers }, before, problems)
  const { signers: known, problems: lines } = policy.signers
  const listed = lines.slice(0, MAX_LISTED).map(({ line, problem }) => `line ${line}: ${problem}`)
  if (lines.length > 0) problems.push({ path: SIGNERS_PATH, problem: listed.join('; ') })
  else if (known.length === 0) problems.push({ path: SIGNERS_PATH, problem: 'it names nobody' })
  return { policy, problems }
}

const MAX_LISTED = 5

function tooLong(path: string, text: string | undefined, problems: PolicyProblem[]): boolean {
  if ((text?.length ?? 0) <= MAX_LENGTH) return false
  problems.push({ path, problem: 'it is far too long' })
  return true
}

function read(texts: PolicyTexts, before: Policy | undefined, problems: PolicyProblem[]): Policy {
  try {
    return new Policy(texts)
  } catch (error) {
    if (!isError(error, 'state-file')) throw error
    problems.push({ path: PERMISSIONS_PATH, problem: error.message })
    // Where nothing can be read that ever counted, nothing is allowed.
    return new Policy({ ...texts, permissions: before?.texts.permissions ?? NOTHING_ALLOWED })
  }
}

const NOTHING_ALLOWED = files.pathPolicy.serialise({ identities: [] })

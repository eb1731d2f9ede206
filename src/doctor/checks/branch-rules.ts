/** What GitHub holds the branch to: nobody rewrites it, and we may push to it all the same. */
import { z } from 'zod'
import { type Check, type Finding, fail, ok, skipped, together, warn } from '../check.ts'
import { askGithub, authorizationOf } from '../github.ts'
import type { GithubPlace, Setup } from '../setup.ts'

const PROTECT =
  'Add a ruleset for the branch (Settings → Rules → Rulesets) that blocks force pushes and restricts deletions.'
const LET_US = 'Add whoever commits (the App, or the owner of the token) to the bypass list of that rule.'

const rulesSchema = z.array(z.object({ type: z.string(), ruleset_id: z.int().optional() }))
const rulesetSchema = z.object({ current_user_can_bypass: z.string().optional() })
const branchSchema = z.object({ protected: z.boolean() })
const protectionSchema = z.object({
  allow_force_pushes: z.object({ enabled: z.boolean() }).optional(),
  required_signatures: z.object({ enabled: z.boolean() }).optional(),
  required_pull_request_reviews: z.unknown().optional(),
  required_status_checks: z.unknown().optional(),
  restrictions: z.unknown().optional(),
})

/** Rules that keep a plain commit out. */
const CLOSING: Readonly<Record<string, string>> = {
  pull_request: 'only pull requests may change it',
  update: 'updates are restricted',
  required_status_checks: 'checks have to pass before',
  required_deployments: 'deployments have to succeed before',
  merge_queue: 'only a merge queue may change it',
}

export const branchRulesCheck: Check<Setup> = {
  id: 'branch-rules',
  title: 'Rules of the branch',
  async run(setup, signal) {
    const { github, branch, kind } = setup.place
    if (kind === 'folder') return skipped('the repository is a folder of this machine')
    if (github === undefined) return skipped('only GitHub can be asked: see yourself that nobody may push by force')
    const ask = asking(setup, github, signal)
    const [rules, found, classic] = await Promise.all([
      ask(rulesSchema, `/rules/branches/${encodeURIComponent(branch)}`),
      ask(branchSchema, `/branches/${encodeURIComponent(branch)}`),
      ask(protectionSchema, `/branches/${encodeURIComponent(branch)}/protection`),
    ])
    if (rules === undefined && found === undefined)
      return warn(
        'GitHub does not show the rules of the branch to these credentials',
        'Look at Settings → Rules yourself.',
      )
    const types = new Set(rules?.map(({ type }) => type))
    const closed = (rules ?? []).filter(({ type }) => CLOSING[type] !== undefined)
    const bypassed = await Promise.all(
      closed.map(
        async ({ ruleset_id: id }) =>
          id !== undefined && isBypass((await ask(rulesetSchema, `/rulesets/${id}`))?.current_user_can_bypass),
      ),
    )
    const isProtected = found?.protected === true
    return together([
      forceFinding(
        types.has('non_fast_forward') || (isProtected && classic?.allow_force_pushes?.enabled === false),
        isProtected && classic === undefined && rules?.length === 0,
      ),
      ...closed.flatMap(({ type }, index) => (bypassed[index] ? [] : [fail(CLOSING[type] ?? type, LET_US)])),
      ...classicFindings(classic),
      ...(kind === 'git' && (types.has('required_signatures') || classic?.required_signatures?.enabled)
        ? [
            warn(
              'GitHub wants signatures that it knows',
              'Add the engine’s public key to an account there as a signing key, or take the rule away: `verify` checks signatures itself.',
            ),
          ]
        : []),
    ])
  },
}

const isBypass = (text: string | undefined) => text === 'always' || text === 'exempt'

const forceFinding = (isForbidden: boolean, isUnknown: boolean): Finding =>
  isForbidden
    ? ok('nobody may push by force')
    : isUnknown
      ? warn(
          'the branch is protected, but these credentials do not see how',
          'See yourself that nobody may push by force.',
        )
      : warn('whoever may push may rewrite it by force', PROTECT)

function classicFindings(classic: z.infer<typeof protectionSchema> | undefined): Finding[] {
  if (classic === undefined) return []
  const { required_pull_request_reviews: reviews, required_status_checks: checks, restrictions } = classic
  return [
    ...(reviews ? [fail('its protection wants pull requests', LET_US)] : []),
    ...(checks ? [fail('its protection wants checks to pass', LET_US)] : []),
    ...(restrictions ? [warn('its protection names who may push', 'See that whoever commits is among them.')] : []),
  ]
}

function asking(setup: Setup, github: GithubPlace, signal: AbortSignal) {
  const login = setup.login()
  // An App by itself may not ask about repositories; what is public, anybody may.
  const authorization = login.kind === 'app' ? undefined : authorizationOf(login, setup)
  return async <T extends z.ZodType>(schema: T, path: string): Promise<z.infer<T> | undefined> => {
    const { status, json } = await askGithub(github, path, { authorization, signal })
    const parsed = schema.safeParse(json)
    return status === 200 && parsed.success ? parsed.data : undefined
  }
}

/** Who we are to the host of the repository, and whether whoever that is may push. */
import { type Check, type Finding, fail, ok, skipped, together, warn } from '../check.ts'
import { askGithub, authorizationOf, type GithubAnswer } from '../github.ts'
import type { GithubPlace, Login, Setup } from '../setup.ts'
import { askWeb } from '../web.ts'

const TOKEN = 'ROUNDKEEPER_GIT_TOKEN'
const WANTED = `Set ${TOKEN} to a token with the permission Contents (read and write) for this repository, or both variables of an App.`
const SOON_MS = 7 * 86_400_000

export const tokenCheck: Check<Setup> = {
  id: 'token',
  title: 'Token, and what it may',
  async run(setup, signal) {
    const { place } = setup
    if (place.kind === 'folder') return skipped('the repository is a folder of this machine')
    const login = setup.login()
    if (place.kind === 'github' && place.github !== undefined) {
      if (login.kind === 'nobody') return fail('the environment has no credentials for GitHub', WANTED)
      return login.kind === 'app'
        ? ofApp(setup, place.github, login, signal)
        : ofToken(setup, place.github, login, signal)
    }
    const push = await pushFinding(place.gitUrl ?? '', login, signal)
    if (place.github === undefined || login.kind !== 'token' || push.outcome === 'fail') return push
    return together([push, ...scopeFindings(await repositoryOf(setup, place.github, login, signal), setup.clock.now())])
  },
}

/** Git's own first question of a push, which changes nothing, and which hosts answer only to those who may. */
async function pushFinding(gitUrl: string, login: Login, signal: AbortSignal): Promise<Finding> {
  const basic = login.kind === 'token' && Buffer.from(`x-access-token:${login.token}`).toString('base64')
  const { status } = await askWeb(`${gitUrl.replace(/\/+$/, '')}/info/refs?service=git-receive-pack`, {
    headers: { 'user-agent': 'git/2.40 (roundkeeper)', ...(basic && { authorization: `Basic ${basic}` }) },
    signal,
    hint: 'See that `repo` in roundkeeper.json is right, and that its host can be reached from here.',
  })
  if (status === 200) return ok(login.kind === 'nobody' ? 'anybody may push there' : 'it may push')
  if (status === 401 && login.kind === 'nobody')
    return fail(`the host wants to know who we are, and ${TOKEN} is not set`, WANTED)
  if (status === 401) return fail('the host does not know this token', WANTED)
  if (status === 403) return fail('it may not push', WANTED)
  if (status === 404)
    return fail('the host has no such repository, or does not show it', `See that \`repo\` is right. ${WANTED}`)
  return warn(`whether it may push is not known: HTTP ${status}`, 'Try `git push --dry-run` from a clone.')
}

const repositoryOf = (setup: Setup, github: GithubPlace, login: Login, signal: AbortSignal) =>
  askGithub(github, '', { authorization: authorizationOf(login, setup), signal })

async function ofToken(setup: Setup, github: GithubPlace, login: Login, signal: AbortSignal): Promise<Finding> {
  const answer = await repositoryOf(setup, github, login, signal)
  const known = scopeFindings(answer, setup.clock.now())
  const isFineGrained = answer.headers.get('x-oauth-scopes') === null
  if (!isFineGrained || known.some(({ outcome }) => outcome === 'fail')) return together(known)
  // Such a token says nothing of what it may. A ref to a commit that cannot be is refused to all; why, depends on who asks.
  const { status } = await askGithub(github, '/git/refs', {
    authorization: authorizationOf(login, setup),
    body: { ref: 'refs/heads/roundkeeper-doctor', sha: '0'.repeat(40) },
    signal,
  })
  const may = status === 403 ? fail('it may not write contents', WANTED) : ok('it may write contents')
  return together([...known, may])
}

/** What GitHub says of a token's owner, scopes and end. */
export function scopeFindings({ status, headers, json, message }: GithubAnswer, now: Date): Finding[] {
  if (status === 401) return [fail('GitHub does not know this token', WANTED)]
  if (status === 404) return [fail('GitHub has no such repository, or does not show it to this token', WANTED)]
  if (status !== 200) return [fail(`GitHub does not answer: ${message}`, 'Try again later.')]
  const { permissions, private: isPrivate } = json as { permissions?: { push?: boolean }; private?: boolean }
  const scopes = headers
    .get('x-oauth-scopes')
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const wanted = isPrivate ? ['repo'] : ['repo', 'public_repo']
  const ends = Date.parse(
    (headers.get('github-authentication-token-expiration') ?? '').replace(' UTC', 'Z').replace(' ', 'T'),
  )
  return [
    ...(permissions?.push === false ? [fail('its owner may not push to the repository', WANTED)] : []),
    scopes === undefined
      ? ok('a fine-grained token')
      : scopes.some((each) => wanted.includes(each))
        ? ok(`a classic token (${scopes.join(', ')})`)
        : fail(
            `a classic token without the scope ${wanted.join(' or ')} (it has ${scopes.join(', ') || 'none'})`,
            WANTED,
          ),
    ...(ends - now.getTime() < SOON_MS
      ? [warn(`it ends on ${new Date(ends).toISOString().slice(0, 10)}`, 'Make another one in time.')]
      : []),
  ]
}

async function ofApp(setup: Setup, github: GithubPlace, login: Login, signal: AbortSignal): Promise<Finding> {
  const { status, json, message } = await askGithub(github, '/installation', {
    authorization: authorizationOf(login, setup),
    signal,
  })
  if (status === 404)
    return fail(
      'the App is not installed for this repository',
      'Install it there, with the permission Contents (read and write).',
    )
  if (status === 401)
    return fail(
      'GitHub does not know this App, or our clock is wrong',
      'See ROUNDKEEPER_GITHUB_APP_ID and ROUNDKEEPER_GITHUB_APP_KEY, and the clock of this machine.',
    )
  if (status !== 200) return fail(`GitHub does not answer: ${message}`, 'Try again later.')
  const { permissions = {}, suspended_at: suspended } = json as {
    permissions?: Record<string, string>
    suspended_at?: string | null
  }
  if (suspended) return fail('the installation of the App is suspended', 'Let it go on in the settings of the account.')
  if (permissions.contents === 'write') return ok('an App that may write contents')
  return fail(
    `the App may not write contents (${permissions.contents ?? 'it has no such permission'})`,
    'Give it the permission Contents (read and write), and accept that where it is installed.',
  )
}

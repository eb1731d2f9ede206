/** The repository that `roundkeeper.json` names: a bare folder, a remote one by git, or one on GitHub by its API. */
import { join, resolve } from 'node:path'
import type { Clock } from '../engine/clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { BareRepo } from '../repo/bare-repo.ts'
import { ChosenRemote } from '../repo/chosen-remote.ts'
import type { GitSetting } from '../repo/git-choice.ts'
import { isGithubAddress, parseGithubAddress } from '../repo/github/address.ts'
import { GithubRepo } from '../repo/github/github-repo.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { OPERATOR_FILE, type OperatorSettings } from './operator-settings.ts'
import { engineKeyNamed } from './signing-key.ts'

type Settings = Pick<OperatorSettings, 'repo' | 'branch' | 'signing_key' | 'operator'> & { readonly git?: GitSetting }

/** The variable with the token of the repository's host. */
export const GIT_TOKEN = 'ROUNDKEEPER_GIT_TOKEN'
const APP_ID = 'ROUNDKEEPER_GITHUB_APP_ID'
const APP_KEY = 'ROUNDKEEPER_GITHUB_APP_KEY'

/** @throws `usage` for an address or key that will not do, `unauthorised` for half an App, `not-found` for no such folder */
export async function openRepo(root: string, settings: Settings, clock: Clock): Promise<StateRepo> {
  const { repo, branch } = settings
  if (isGithubAddress(repo)) return openGithub(settings, clock)
  if (!/^https?:\/\//.test(repo)) return BareRepo.open(resolve(root, repo), { branch })
  const token = process.env[GIT_TOKEN]
  return new ChosenRemote(repo, {
    branch,
    setting: settings.git ?? 'auto',
    cacheDir: join(root, '.cache'),
    now: () => clock.now(),
    ...(token ? { credentials: () => ({ username: 'x-access-token', password: token }) } : {}),
  })
}

function openGithub(settings: Settings, clock: Clock): GithubRepo {
  const named = keyNamed(settings)
  if (named !== undefined) {
    throw new RoundkeeperError('usage', 'through GitHub’s API nobody can sign with a key of their own', {
      where: named,
      hint: 'Leave the key out; or, to sign, set `repo` to the https URL of the repository, which speaks git.',
    })
  }
  return new GithubRepo(parseGithubAddress(settings.repo), {
    branch: settings.branch,
    clock,
    // Runners of a GitHub Enterprise Server set it.
    baseUrl: process.env.GITHUB_API_URL || undefined,
    app: appLogin(),
    token: process.env[GIT_TOKEN] || undefined,
  })
}

/** Where a key is named, if anywhere: whoever names one wants signatures, and must not go without them unaware. */
function keyNamed({ signing_key, operator }: Settings): string | undefined {
  if (operator?.signing_key !== undefined) return `${OPERATOR_FILE}: operator.signing_key`
  if (signing_key !== undefined) return `${OPERATOR_FILE}: signing_key`
  return engineKeyNamed()
}

/** @throws `unauthorised` for half of one */
export function appLogin() {
  const { [APP_ID]: id, [APP_KEY]: key } = process.env
  if (id && key) return { id, key }
  if (!id && !key) return undefined
  throw new RoundkeeperError('unauthorised', 'the environment has half of a GitHub App', {
    where: id ? APP_KEY : APP_ID,
    hint: `Set both ${APP_ID} and ${APP_KEY} (the text of its .pem file), or neither.`,
  })
}

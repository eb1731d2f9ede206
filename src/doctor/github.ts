/** Questions to GitHub’s API about what we may do there: who we are, and what it says in headers as well. */
import { createPrivateKey } from 'node:crypto'
import { RoundkeeperError } from '../errors.ts'
import { appToken } from '../repo/github/credentials.ts'
import type { GithubPlace, Login, Setup } from './setup.ts'
import { askWeb, jsonOf } from './web.ts'

export interface GithubAnswer {
  readonly status: number
  readonly headers: Headers
  readonly json: unknown
  /** Why not, in its own words. */
  readonly message: string
}

const MAX_SAID = 200

/** @param path below the repository, e.g. `/rules/branches/main` @param authorization of somebody else than the token's owner */
export async function askGithub(
  { apiUrl, owner, repo }: GithubPlace,
  path: string,
  { authorization, body, signal }: { authorization: string | undefined; body?: object; signal: AbortSignal },
): Promise<GithubAnswer> {
  const answer = await askWeb(`${apiUrl}/repos/${owner}/${repo}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/vnd.github+json',
      'user-agent': 'roundkeeper',
      ...(authorization !== undefined && { authorization }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal,
    hint: 'See that GitHub can be reached from here, and GITHUB_API_URL where it is a server of your own.',
  })
  const json = jsonOf(answer)
  const { message } = (json ?? {}) as { message?: unknown }
  return {
    ...answer,
    json,
    message: typeof message === 'string' ? message.slice(0, MAX_SAID) : `HTTP ${answer.status}`,
  }
}

/** As an App itself, or as the owner of a token. @throws RoundkeeperError `usage` for an App's key that cannot be read */
export function authorizationOf(login: Login, { clock }: Pick<Setup, 'clock'>): string | undefined {
  if (login.kind === 'nobody') return undefined
  if (login.kind === 'token') return `token ${login.token}`
  try {
    return `Bearer ${appToken(login.id, createPrivateKey(login.key.replaceAll('\\n', '\n')), clock.now())}`
  } catch {
    throw new RoundkeeperError('usage', 'the private key of the GitHub App cannot be read', {
      where: 'ROUNDKEEPER_GITHUB_APP_KEY',
      hint: 'Give the whole text of the .pem file that GitHub made for the App, with its first and last line.',
    })
  }
}

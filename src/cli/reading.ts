/** A competition to read, wherever it is; on GitHub by its API, which fetches no more than is looked at. */
import { SystemClock } from '../engine/system-clock.ts'
import { isGithubAddress, parseGithubAddress } from '../repo/github/address.ts'
import { GithubRepo } from '../repo/github/github-repo.ts'
import { openSource } from '../repo/open.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { settingsBeside, sourceOf } from './source.ts'

/**
 * @param token for GitHub; public repositories can be read without
 * @throws RoundkeeperError `usage`, `not-found`, `unauthorised`, `unavailable`
 */
export async function openReading(source: string, token: string | undefined): Promise<StateRepo & AsyncDisposable> {
  const settings = await settingsBeside(source)
  const { repo: address = source, branch = 'main' } = settings ?? {}
  if (!isGithubAddress(address)) return openSource(await sourceOf(source), settings && { branch })
  const repo = new GithubRepo(parseGithubAddress(address), {
    branch,
    clock: new SystemClock(),
    baseUrl: process.env.GITHUB_API_URL || undefined,
    token: token || undefined,
    readOnly: true,
  })
  return Object.assign(repo, { [Symbol.asyncDispose]: async () => undefined })
}

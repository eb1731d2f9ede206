/** Brings objects into a git folder of ours through the git program: from a bundle, or from an http(s) remote. */
import { RoundkeeperError } from '../errors.ts'
import type { OwnGitFolder } from './borrowed-objects.ts'
import { refusedBundle } from './bundle.ts'
import { ANSWER_TIMEOUT_MS } from './git-http.ts'
import { kept, runGit } from './git-program.ts'
import { readRef } from './refs.ts'
import type { Credentials } from './remote.ts'

/** How to reach the world from this machine. */
const NETWORK = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy', 'SSL_CERT_FILE', 'SSL_CERT_DIR']
const TRUST = ['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'CURL_CA_BUNDLE']
/** Seconds of silence after which a remote is given up. */
const PATIENCE = '60'
/** All of it, however fast it drips. */
const FETCH_TIMEOUT_MS = ANSWER_TIMEOUT_MS
/** What git runs when the server asks who we are: from the environment, never on a command line or in a file. */
const HELPER = `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$ROUNDKEEPER_USERNAME" "$ROUNDKEEPER_PASSWORD"; }; f`

/** @throws `refused` when the bundle is damaged */
export async function unbundle(place: OwnGitFolder, file: string): Promise<void> {
  await runGit(['bundle', 'unbundle', file], place).catch((error: Error) => {
    throw refusedBundle(file, `its pack cannot be read (${error.message})`, error)
  })
}

/** The whole history of one branch. @returns its head @throws `unauthorised`, `unavailable` */
export async function fetchBranch(place: OwnGitFolder, url: string, branch: string, credentials?: Credentials) {
  const ref = `refs/heads/${branch}`
  const env = { ...place.env, ...networkFor(url, credentials) }
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', url, `+${ref}:${ref}`]
  await runGit(args, { cwd: place.cwd, env }, FETCH_TIMEOUT_MS).catch((error: Error) => {
    throw new RoundkeeperError('unavailable', `the history could not be fetched: ${error.message}`, {
      where: url,
      hint: 'Check the address and the network, and try again.',
      cause: error,
    })
  })
  return (await readRef(place.cwd, ref)) ?? ''
}

/** What lets git reach one remote, as whoever we are there. */
export const networkFor = (url: string, credentials: Credentials | undefined): NodeJS.ProcessEnv => ({
  ...kept([...NETWORK, ...TRUST]),
  ...settingsFor(url, credentials),
})

function settingsFor(url: string, credentials: Credentials | undefined): NodeJS.ProcessEnv {
  const settings: [string, string][] = [
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', PATIENCE],
    ['credential.helper', ''], // those of this machine
    // for this server alone: a redirect does not take the password elsewhere
    ...(credentials === undefined ? [] : [[`credential.${new URL(url).origin}.helper`, HELPER] as [string, string]]),
  ]
  const numbered = settings.flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ])
  return {
    ...Object.fromEntries(numbered),
    GIT_CONFIG_COUNT: String(settings.length),
    GIT_CONFIG_NOSYSTEM: undefined, // where the administrator says whom to trust
    GIT_ALLOW_PROTOCOL: 'http:https',
    ROUNDKEEPER_USERNAME: credentials?.username,
    ROUNDKEEPER_PASSWORD: credentials?.password,
  }
}

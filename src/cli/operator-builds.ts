/** Who builds, as settings name it. Nothing is loaded or asked before there is an entry. */
import { join } from 'node:path'
import type { Builder } from '../compute/builder.ts'
import { GithubApi } from '../compute/builds/github-api.ts'
import { GithubBuilder } from '../compute/builds/github-builder.ts'
import { RegistryBuilder } from '../compute/builds/registry-builder.ts'
import { RegistryClient } from '../compute/builds/registry-client.ts'
import { RegistryConnection } from '../compute/builds/registry-connection.ts'
import { LocalBuilder } from '../compute/local-builder.ts'
import type { Clock } from '../engine/clock.ts'
import { RoundkeeperError } from '../errors.ts'
import type { BuildsSettings } from './builds-settings.ts'
import { OPERATOR_FILE, type OperatorSettings } from './operator-settings.ts'

const USERNAME = 'ROUNDKEEPER_REGISTRY_USERNAME'
const PASSWORD = 'ROUNDKEEPER_REGISTRY_PASSWORD'

type Settings = Pick<OperatorSettings, 'builds' | 'repo' | 'branch' | 'hosts' | 'images'>

/** @throws `usage` where it does not say which repository of GitHub, `unauthorised` for half a login */
export function operatorBuilds(root: string, settings: Settings, clock: Clock): Builder {
  const { builds, branch } = settings
  if (builds.kind === 'local') return new LocalBuilder(join(root, settings.images))
  const images = registryBuilder(builds, settings, clock)
  if (builds.kind === 'registry') return images
  const [owner = '', repo = ''] = requiredRepository(builds, settings.repo).split('/')
  const api = new GithubApi({ clock, baseUrl: builds.api_url, token: process.env.GITHUB_TOKEN || undefined })
  const place = { owner, repo, branch, workflow: builds.workflow }
  return new GithubBuilder({ api, clock, place, jobNames: builds.jobs, images })
}

function registryBuilder(
  { image_format: imageFormat, max_image_gb: gigabytes }: Exclude<BuildsSettings, { kind: 'local' }>,
  { hosts }: Settings,
  clock: Clock,
): RegistryBuilder {
  const connection = new RegistryConnection({ hosts })
  const client = new RegistryClient({ connection, clock, credentials: registryLogin() })
  return new RegistryBuilder({ client, imageFormat, maxImageBytes: gigabytes * 1e9 })
}

function registryLogin() {
  const { [USERNAME]: username, [PASSWORD]: password } = process.env
  if (username && password) return { username, password }
  if (!username && !password) return undefined
  throw new RoundkeeperError('unauthorised', 'the environment has half a login to the registry', {
    where: username ? PASSWORD : USERNAME,
    hint: `Set both ${USERNAME} and ${PASSWORD}, or neither.`,
  })
}

/** Of `https://github.com/OWNER/NAME.git` or `github:OWNER/NAME`, where nothing else is said. */
export const buildRepository = ({ repository }: { repository?: string | undefined }, url: string): string | undefined =>
  repository ?? /^(?:https:\/\/github\.com\/|github:)([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(url)?.[1]

function requiredRepository(builds: { repository?: string | undefined }, url: string): string {
  const found = buildRepository(builds, url)
  if (found !== undefined) return found
  throw new RoundkeeperError('usage', 'it does not say in which repository of GitHub the images are built', {
    where: `${OPERATOR_FILE}: builds.repository`,
    hint: 'Give OWNER/NAME of the repository that the competition is pushed to.',
  })
}

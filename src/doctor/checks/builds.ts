/** Who turns miners’ code into images, and where the images are. */
import { access, constants } from 'node:fs/promises'
import { type Check, fail, ok, together, warn } from '../check.ts'
import { askGithub } from '../github.ts'
import type { BuildsPlace, Setup } from '../setup.ts'
import { askWeb } from '../web.ts'

export const buildsCheck: Check<Setup> = {
  id: 'builds',
  title: 'Image builds',
  async run({ builds }, signal) {
    if (builds.kind === 'local') {
      const isThere = await access(builds.images, constants.R_OK).then(
        () => true,
        () => false,
      )
      const advice = 'Make the folder; what lies in it as OWNER/REPO/COMMIT/miner.json can be run.'
      return isThere
        ? ok(`nobody builds: code lies in ${builds.images}`)
        : warn(`there is no folder ${builds.images}`, advice)
    }
    const registry = await registryFinding(builds.imageFormat.split('/')[0] ?? '', signal)
    return builds.kind === 'registry' ? registry : together([await workflowFinding(builds, signal), registry])
  },
}

async function workflowFinding(builds: BuildsPlace & { kind: 'github' }, signal: AbortSignal) {
  const { apiUrl, repository, workflow, token } = builds
  if (repository === undefined)
    return fail(
      'it does not say in which repository of GitHub the images are built',
      'Set builds.repository to OWNER/NAME.',
    )
  const [owner = '', repo = ''] = repository.split('/')
  const authorization = token === undefined ? undefined : `token ${token}`
  const { status, json, message } = await askGithub({ apiUrl, owner, repo }, `/actions/workflows/${workflow}`, {
    authorization,
    signal,
  })
  if (status === 404)
    return fail(
      `${repository} has no workflow ${workflow}, or does not show it`,
      'Push the workflow of the template; for a private repository set GITHUB_TOKEN.',
    )
  if (status === 401)
    return fail(
      'GitHub does not know GITHUB_TOKEN',
      'Set it to a token that may read Actions, or unset it for a public repository.',
    )
  if (status !== 200)
    return warn(
      `GitHub does not answer: ${message}`,
      'Without GITHUB_TOKEN it answers 60 questions an hour: set it, or try again later.',
    )
  const { state } = json as { state?: string }
  if (state === 'active' || state === undefined) return ok(`${repository} builds with ${workflow}`)
  return fail(
    `${workflow} of ${repository} is ${state.replaceAll('_', ' ')}`,
    'Enable it: Actions, the workflow, Enable workflow.',
  )
}

/** Whoever it lets in, it says that it is one: OCI distribution specification, end-1. */
async function registryFinding(registry: string, signal: AbortSignal) {
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(registry) ? 'http' : 'https'
  const hint = 'See builds.image_format, and that the registry can be reached from here.'
  const { status } = await askWeb(`${scheme}://${registry}/v2/`, { signal, hint })
  if (status === 200 || status === 401) return ok(`${registry} answers`)
  return warn(`${registry} is no registry that we know (HTTP ${status})`, hint)
}

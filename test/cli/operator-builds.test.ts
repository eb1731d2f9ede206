import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { operatorBuilds } from '../../src/cli/operator-builds.ts'
import { readSettings } from '../../src/cli/operator-settings.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { startGithubActions } from '../support/github-actions.ts'
import { startOciRegistry } from '../support/oci-registry.ts'

const root = temporaryFolder()
const clock = new VirtualClock(new Date('2026-03-01T12:00:00Z'), { autoAdvance: true })
const never = new AbortController().signal
afterEach(() => vi.unstubAllEnvs())

let count = 0
async function settings(value: object) {
  const dir = join(root(), `competition-${++count}`)
  await mkdir(dir)
  await writeFile(join(dir, 'roundkeeper.json'), JSON.stringify(value))
  return readSettings(dir)
}
const image_format = 'registry.test/images/{hotkey10}:{tag}'
const source = { repo: 'o/r', commit: 'c'.repeat(40), tag: 'ccccccc-tiny-3', hotkey: '5Abcdefghijk', round: 3 }

describe('`builds` in roundkeeper.json', () => {
  it('is what lies in a folder of this machine, where nothing is said', async () => {
    const builder = operatorBuilds(root(), await settings({}), clock)
    expect(await builder.build(source, never)).toEqual({ status: 'not_found', image: null })
  })

  it.each<[string, object, RegExp]>([
    ['of no kind', { kind: 'magic' }, /builds.*expected builds: \{"kind": "local"\}/],
    ['without a name for images', { kind: 'github' }, /builds\.image_format.*the name of an image/],
    ['whose images are all one', { kind: 'registry', image_format: 'r.test/a:b' }, /tell entries apart/],
    [
      'of a repository that is none',
      { kind: 'github', image_format, repository: 'owner' },
      /builds\.repository.*OWNER/,
    ],
    [
      'that would tell its token',
      { kind: 'github', image_format, api_url: 'http://git.example/api/v3' },
      /an https URL/,
    ],
    ['with a token in the file', { kind: 'github', image_format, token: 't' }, /unknown field builds\.token/],
    ['of images without a size', { kind: 'registry', image_format, max_image_gb: 0 }, /number of gigabytes/],
  ])('are refused %s', async (_, builds, message) => {
    await expect(settings({ builds })).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(message) })
  })

  it('are those of the repository that the competition is in, unless another is named', async () => {
    const open = async (value: object) => operatorBuilds(root(), await settings(value), clock)
    const builds = { kind: 'github', image_format }
    await expect(open({ builds })).rejects.toMatchObject({
      code: 'usage',
      where: 'roundkeeper.json: builds.repository',
    })
    await open({ builds, repo: 'https://github.com/owner/competition.git' })
    await open({ builds: { ...builds, repository: 'owner/competition' } })
  })

  it('need a whole login to a registry, or none', async () => {
    vi.stubEnv('ROUNDKEEPER_REGISTRY_USERNAME', 'robot')
    const found = await settings({ builds: { kind: 'registry', image_format } })
    expect(() => operatorBuilds(root(), found, clock)).toThrow(/half a login/)
  })

  it('are followed from the workflow to the digest, with secrets of the environment', async () => {
    await using github = await startGithubActions()
    await using registry = await startOciRegistry()
    vi.stubEnv('GITHUB_TOKEN', 't0ken')
    vi.stubEnv('ROUNDKEEPER_REGISTRY_USERNAME', 'robot')
    vi.stubEnv('ROUNDKEEPER_REGISTRY_PASSWORD', 'secret')
    registry.password = 'secret'
    const digest = registry.push('images/5abcdefghi', source.tag)
    const sha = 'a'.repeat(40)
    github.commits.push({ sha, path: 'rounds/3/submissions.json', date: '2026-03-01T10:00:00Z' })
    github.runs.push({
      ...{ id: 1, sha, created: '2026-03-01T10:00:05Z' },
      jobs: [{ name: `Build and push the image (${source.hotkey})` }],
    })
    const found = await settings({
      builds: { kind: 'github', repository: 'Owner/competition', image_format, api_url: github.url },
      hosts: { 'registry.test': { address: '127.0.0.1', port: registry.port } },
    })
    expect(await operatorBuilds(root(), found, clock).build(source, never)).toMatchObject({
      status: 'success',
      image: `registry.test/images/5abcdefghi:${source.tag}`,
      digest,
      logUrl: expect.stringContaining('/actions/runs/1/job/'),
    })
    expect(new Set(github.authorizations)).toEqual(new Set(['token t0ken']))
  })
})

import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/doctor/check.ts'
import { branchRulesCheck } from '../../src/doctor/checks/branch-rules.ts'
import { buildsCheck } from '../../src/doctor/checks/builds.ts'
import { tokenCheck } from '../../src/doctor/checks/token.ts'
import type { Login, Place, Setup } from '../../src/doctor/setup.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { type GithubSettings, startGithubSettings } from '../support/github-settings.ts'
import { type OciRegistry, startOciRegistry } from '../support/oci-registry.ts'

const clock = new SystemClock()
const signal = new AbortController().signal
const TOKEN: Login = { kind: 'token', token: 'secret' }
let github: Awaited<ReturnType<typeof startGithubSettings>>
let registry: OciRegistry

beforeAll(async () => {
  github = await startGithubSettings()
  registry = await startOciRegistry()
})
afterAll(() => Promise.all([github, registry].map((each) => each[Symbol.asyncDispose]())))
beforeEach(() => {
  github.settings = { token: 'secret' }
})

function setupOf(kind: Place['kind'], login: Login = TOKEN): Setup {
  const here = { owner: 'Owner', repo: 'competition', apiUrl: `${github.url}/api/v3` }
  const place: Place = {
    kind,
    address: 'here',
    branch: 'main',
    gitUrl: `${github.url}/Owner/competition.git`,
    github: here,
  }
  return { clock, place, login: () => login } as Partial<Setup> as Setup
}
const said = ({ outcome, detail }: Finding) => `${outcome}: ${detail}`

describe('the check of tokens', () => {
  const ask = async (settings: GithubSettings, kind: Place['kind'] = 'github', login?: Login) => {
    github.settings = { token: 'secret', ...settings }
    return said(await tokenCheck.run(setupOf(kind, login), signal))
  }

  it('knows the scopes of classic tokens', async () => {
    expect(await ask({ scopes: 'repo, workflow' })).toBe('ok: a classic token (repo, workflow)')
    expect(await ask({ scopes: 'public_repo' })).toMatch(/^ok/)
    expect(await ask({ scopes: 'public_repo', isPrivate: true })).toBe(
      'fail: a classic token without the scope repo (it has public_repo)',
    )
    expect(await ask({ scopes: '' })).toMatch(/^fail: .*\(it has none\)/)
    expect(await ask({ scopes: 'repo', mayPush: false })).toMatch(/^fail: its owner may not push/)
  })

  it('finds out what fine-grained tokens may, without writing anything', async () => {
    expect(await ask({})).toBe('ok: a fine-grained token; it may write contents')
    expect(await ask({ mayWrite: false })).toBe('fail: it may not write contents; a fine-grained token')
    expect(await ask({ expires: '2020-01-02 03:04:05 UTC' })).toMatch(/^warn: it ends on 2020-01-02/)
    expect(await ask({ expires: '2099-01-02 03:04:05 UTC' })).toMatch(/^ok/)
  })

  it('knows tokens that nobody knows, and that there is none', async () => {
    expect(await ask({ token: 'another' })).toBe('fail: GitHub does not know this token')
    expect(await ask({}, 'github', { kind: 'nobody' })).toMatch(/^fail: the environment has no credentials/)
    expect(await ask({}, 'folder')).toMatch(/^skipped/)
  })

  it('asks a git host as a push would begin', async () => {
    expect(await ask({ scopes: 'repo' }, 'git')).toBe('ok: it may push; a classic token (repo)')
    expect(await ask({ mayPush: false }, 'git')).toBe('fail: it may not push')
    expect(await ask({ token: 'another' }, 'git')).toBe('fail: the host does not know this token')
    expect(await ask({}, 'git', { kind: 'nobody' })).toMatch(/^fail: the host wants to know who we are/)
    const elsewhere = { ...setupOf('git'), place: { ...setupOf('git').place, gitUrl: `${github.url}/nothing.git` } }
    expect(said(await tokenCheck.run(elsewhere, signal))).toMatch(/^fail: the host has no such repository/)
  })

  it('asks for the permissions of an App', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const app: Login = { kind: 'app', id: '7', key }
    expect(await ask({ installation: { id: 1, permissions: { contents: 'write' } } }, 'github', app)).toMatch(/^ok/)
    expect(await ask({ installation: { id: 1, permissions: { contents: 'read' } } }, 'github', app)).toBe(
      'fail: the App may not write contents (read)',
    )
    expect(await ask({ installation: { id: 1, suspended_at: '2026-01-01T00:00:00Z' } }, 'github', app)).toMatch(
      /^fail: .* suspended/,
    )
    expect(await ask({}, 'github', app)).toMatch(/^fail: the App is not installed/)
    await expect(ask({}, 'github', { ...app, key: 'nonsense' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.not.stringContaining('nonsense'),
    })
  })
})

describe('the check of branch rules', () => {
  const ask = async (settings: GithubSettings, kind: Place['kind'] = 'github') => {
    github.settings = { token: 'secret', ...settings }
    return branchRulesCheck.run(setupOf(kind), signal)
  }

  it('wants nobody to push by force', async () => {
    expect(await ask({})).toMatchObject({ outcome: 'warn', howToFix: expect.stringContaining('blocks force pushes') })
    expect(said(await ask({ rules: [{ type: 'non_fast_forward', ruleset_id: 1 }, { type: 'deletion' }] }))).toBe(
      'ok: nobody may push by force',
    )
    expect(said(await ask({ protection: { allow_force_pushes: { enabled: false } } }))).toBe(
      'ok: nobody may push by force',
    )
    expect(await ask({ protection: { allow_force_pushes: { enabled: true } } })).toMatchObject({ outcome: 'warn' })
    expect((await ask({ protection: 'hidden' })).detail).toContain('do not see how')
  })

  it('wants us to be let in all the same', async () => {
    const rules = [{ type: 'non_fast_forward' }, { type: 'pull_request', ruleset_id: 3 }]
    expect(await ask({ rules, bypass: 'never' })).toMatchObject({
      outcome: 'fail',
      howToFix: expect.stringContaining('bypass list'),
    })
    expect(await ask({ rules, bypass: 'always' })).toMatchObject({ outcome: 'ok' })
    expect(said(await ask({ protection: { required_pull_request_reviews: {}, required_status_checks: {} } }))).toMatch(
      /^fail: its protection wants pull requests; its protection wants checks/,
    )
  })

  it('knows that GitHub does not know our signatures', async () => {
    const rules = [{ type: 'non_fast_forward' }, { type: 'required_signatures' }]
    expect(await ask({ rules }, 'git')).toMatchObject({
      outcome: 'warn',
      detail: expect.stringContaining('signatures that it knows'),
    })
    expect(await ask({ rules }, 'github')).toMatchObject({ outcome: 'ok' })
  })

  it('says of other hosts that they cannot be asked', async () => {
    const { github: _, ...place } = setupOf('git').place
    expect(await branchRulesCheck.run({ ...setupOf('git'), place }, signal)).toMatchObject({ outcome: 'skipped' })
  })
})

describe('the check of builds', () => {
  const ask = async (workflow: string | undefined, changes: object = {}) => {
    github.settings = { token: 'secret', ...(workflow !== undefined && { workflow }) }
    const builds = {
      ...{
        kind: 'github',
        apiUrl: `${github.url}/api/v3`,
        repository: 'Owner/competition',
        workflow: 'build-and-push.yml',
      },
      ...{ token: undefined, imageFormat: `127.0.0.1:${registry.port}/owner/{hotkey10}:{tag}`, ...changes },
    } as Setup['builds']
    return said(await buildsCheck.run({ ...setupOf('github'), builds }, signal))
  }

  it('looks for the workflow, and for the registry', async () => {
    expect(await ask('active')).toMatch(
      /^ok: Owner\/competition builds with build-and-push\.yml; 127\.0\.0\.1:\d+ answers$/,
    )
    expect(await ask('disabled_inactivity')).toMatch(/^fail: .* is disabled inactivity/)
    expect(await ask(undefined)).toMatch(/^fail: Owner\/competition has no workflow/)
    expect(await ask('active', { token: 'another' })).toMatch(/^fail: GitHub does not know GITHUB_TOKEN/)
    expect(await ask('active', { repository: undefined })).toMatch(/^fail: it does not say/)
    expect(await ask('active', { kind: 'registry' })).toMatch(/^ok: 127/)
    expect(await ask('active', { kind: 'local', images: '/no/such/folder' })).toMatch(/^warn: there is no folder/)
    expect(await ask('active', { kind: 'registry', imageFormat: `127.0.0.1:${github.port}/o/n:t` })).toMatch(
      /^warn: .* is no registry/,
    )
  })
})

import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openRepo } from '../../src/cli/operator-repo.ts'
import { sourceOf } from '../../src/cli/source.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { openSource } from '../../src/repo/open.ts'
import { by, changeOf, gitIsMissing, temporaryFolder } from '../repo/support.ts'
import { startGithubGit } from '../support/github-git.ts'

const missing = await gitIsMissing()
const clock = new SystemClock()
const settings = { repo: 'github:Owner/competition', branch: 'main' }
const NAMES = ['GIT_TOKEN', 'GITHUB_APP_ID', 'GITHUB_APP_KEY', 'SIGNING_KEY', 'SIGNING_KEY_FILE']

beforeEach(() => {
  for (const name of NAMES) vi.stubEnv(`ROUNDKEEPER_${name}`, '')
})
afterEach(() => vi.unstubAllEnvs())

describe.skipIf(missing)('a repository that roundkeeper.json names by github:', () => {
  it('is spoken to by GitHub’s API, by the owner of a token or an App', async () => {
    await using folder = await temporaryFolder()
    const gitdir = join(folder.path, 'competition.git')
    await BareRepo.create(gitdir, { branch: 'main', files: changeOf({ a: '1' }).files, message: 'Begin', by })
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    await using byToken = await startGithubGit({ gitdir, token: 'secret' })
    await using byApp = await startGithubGit({ gitdir, app: { id: '42', publicKey } })

    vi.stubEnv('GITHUB_API_URL', byToken.url)
    vi.stubEnv('ROUNDKEEPER_GIT_TOKEN', 'wrong')
    await expect((await openRepo('.', settings, clock)).head()).rejects.toMatchObject({ code: 'unauthorised' })
    vi.stubEnv('ROUNDKEEPER_GIT_TOKEN', 'secret')
    const repo = await openRepo('.', settings, clock)
    const head = await repo.commit(await repo.head(), changeOf({ a: '2' }), by)

    vi.stubEnv('GITHUB_API_URL', byApp.url)
    vi.stubEnv('ROUNDKEEPER_GITHUB_APP_ID', '42')
    vi.stubEnv('ROUNDKEEPER_GITHUB_APP_KEY', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    expect(await (await openRepo('.', settings, clock)).head()).toBe(head)
  })

  it('is refused with half an App, with a key to sign with, and without a name', async () => {
    const open = (changes: object = {}) => openRepo('.', { ...settings, ...changes }, clock)
    vi.stubEnv('ROUNDKEEPER_GITHUB_APP_ID', '42')
    const half = { code: 'unauthorised', where: 'ROUNDKEEPER_GITHUB_APP_KEY' }
    await expect(open()).rejects.toMatchObject(half)
    vi.stubEnv('ROUNDKEEPER_GITHUB_APP_ID', '')
    await expect(open({ repo: 'github:Owner' })).rejects.toMatchObject({ code: 'usage', where: 'github:Owner' })
    const signs = (where: string) => ({ code: 'usage', where })
    await expect(open({ signing_key: 'k' })).rejects.toMatchObject(signs('roundkeeper.json: signing_key'))
    const operator = { name: 'A', email: 'a@example.org', signing_key: 'k' }
    await expect(open({ operator })).rejects.toMatchObject(signs('roundkeeper.json: operator.signing_key'))
    vi.stubEnv('ROUNDKEEPER_SIGNING_KEY', 'k')
    await expect(open()).rejects.toMatchObject(signs('ROUNDKEEPER_SIGNING_KEY'))
  })

  it('is read by everybody else as git has it', async () => {
    expect(await sourceOf('github:Owner/competition')).toBe('github:Owner/competition')
    await expect(openSource('github:Owner')).rejects.toMatchObject({ code: 'usage', where: 'github:Owner' })
  })
})

import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { RemoteRepo } from '../../src/repo/remote-repo.ts'
import { type GitHttpOptions, startGitHttpServer } from '../support/git-http-server.ts'
import { initialFiles, stateRepoContract } from './contract.ts'
import { by, changeOf, git, gitIsMissing, temporaryFolder } from './support.ts'

const missing = await gitIsMissing()
const auth = { username: 'judge', password: 'secret' }

async function remoteFixture(server: GitHttpOptions = {}, credentials?: () => typeof auth) {
  const folder = await temporaryFolder()
  const gitdir = join(folder.path, 'competition.git')
  await BareRepo.create(gitdir, { branch: 'main', files: changeOf(initialFiles).files, message: 'Begin', by })
  const http = await startGitHttpServer(folder.path, server)
  const url = `${http.url}/competition.git`
  const freshCache = () => mkdtemp(join(folder.path, 'cache-'))
  return {
    gitdir,
    url,
    requests: http.requests,
    freshCache,
    open: async () => RemoteRepo.open(url, { branch: 'main', cacheDir: await freshCache(), credentials }),
    [Symbol.asyncDispose]: async () => {
      await http[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

// Without a password less can go wrong: that is what all others here are about.
stateRepoContract('RemoteRepo with a password', () => remoteFixture({ auth }, () => auth))

const pushes = (request: IncomingMessage) => request.method === 'POST' && /git-receive-pack$/.test(request.url ?? '')

describe.skipIf(missing)('RemoteRepo', () => {
  it('keeps its cache between runs and asks for no objects when nothing moved', async () => {
    await using fixture = await remoteFixture()
    const cacheDir = await fixture.freshCache()
    const first = await RemoteRepo.open(fixture.url, { branch: 'main', cacheDir })
    const head = await first.head()
    const before = fixture.requests.length
    const second = await RemoteRepo.open(fixture.url, { branch: 'main', cacheDir })
    expect(await second.head()).toBe(head)
    expect(await second.list(head, '')).toHaveLength(2)
    const paths = fixture.requests.slice(before)
    expect(paths.map((line) => line.replace(/.*competition.git/, ''))).toEqual([
      '/info/refs?service=git-upload-pack',
      '/git-upload-pack',
    ])
    expect(await readdir(join(cacheDir, 'objects', 'pack'))).toHaveLength(2)
  })

  it('does not fetch files again that it has, and notices when history is rewritten', async () => {
    await using fixture = await remoteFixture()
    const repo = await fixture.open()
    const root = await repo.head()
    const other = await fixture.open()
    const second = await other.commit(await other.head(), changeOf({ x: '1' }), by)
    expect(await repo.head()).toBe(second)
    await git(fixture.gitdir, 'update-ref', 'refs/heads/main', root)
    expect(await repo.head()).toBe(root)
  })

  it('takes credentials from the URL without showing them', async () => {
    await using fixture = await remoteFixture({ auth })
    const url = fixture.url.replace('//', '//judge:secret@')
    const repo = await RemoteRepo.open(url, { branch: 'main', cacheDir: await fixture.freshCache() })
    expect(repo.id).toBe(fixture.url)
    await repo.commit(await repo.head(), changeOf({ x: '1' }), by)
  })

  it('says unauthorised when credentials are missing or wrong, and does not repeat them', async () => {
    await using fixture = await remoteFixture({ auth })
    for (const credentials of [undefined, () => ({ username: 'judge', password: 'wrong-secret' })]) {
      const cacheDir = await fixture.freshCache()
      const repo = await RemoteRepo.open(fixture.url, { branch: 'main', cacheDir, credentials })
      const error: unknown = await repo.head().catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'unauthorised', where: fixture.url, retryable: false })
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('wrong-secret')
    }
  })

  it.each([
    [403, 'unauthorised'],
    [404, 'not-found'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('maps HTTP %i to %s', async (status, code) => {
    const intercept = (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(status).end('no')
      return true
    }
    await using fixture = await remoteFixture({ intercept })
    await expect((await fixture.open()).head()).rejects.toMatchObject({ code })
  })

  it('tells a missing branch, a missing repository, a page that is none and a dead server apart', async () => {
    let html = false
    const intercept = (_: IncomingMessage, response: ServerResponse) => {
      if (html) response.writeHead(200, { 'content-type': 'text/html' }).end('<html>welcome</html>')
      return html
    }
    const fixture = await remoteFixture({ intercept })
    const open = async (url: string, branch: string) =>
      RemoteRepo.open(url, { branch, cacheDir: await fixture.freshCache() })
    await expect(open('ssh://git@example.org/x', 'main')).rejects.toMatchObject({ code: 'usage' })
    await expect((await open(fixture.url, 'other')).head()).rejects.toMatchObject({ code: 'not-found' })
    await expect((await open(`${fixture.url}/no.git`, 'main')).head()).rejects.toMatchObject({ code: 'not-found' })
    html = true
    await expect((await open(fixture.url, 'main')).head()).rejects.toMatchObject({ code: 'not-found' })
    const late = await open(fixture.url, 'main')
    await fixture[Symbol.asyncDispose]()
    await expect(late.head()).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  })

  it('calls a declined push refused, with the words of the hook', async () => {
    await using fixture = await remoteFixture()
    const repo = await fixture.open()
    const root = await repo.head()
    const hook = '#!/bin/sh\necho "only on Mondays" >&2\nexit 1\n'
    await writeFile(join(fixture.gitdir, 'hooks', 'pre-receive'), hook, { mode: 0o755 })
    const error = await repo.commit(root, changeOf({ x: '1' }), by).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'refused', retryable: false, message: expect.stringContaining('declined') })
    expect(await git(fixture.gitdir, 'rev-parse', 'main')).toBe(root)
  })

  it('finds a push that landed although its answer was lost', async () => {
    await using fixture = await remoteFixture({ loseAnswer: pushes })
    const repo = await fixture.open()
    const head = await repo.commit(await repo.head(), changeOf({ x: '1' }), by)
    expect(await git(fixture.gitdir, 'rev-parse', 'main')).toBe(head)
    expect(await repo.head()).toBe(head)
  })

  it('finds it even when somebody else has built on it since', async () => {
    let gitdir = ''
    const late: Promise<void>[] = []
    await using fixture = await remoteFixture({
      loseAnswer: (request) => {
        if (!pushes(request) || late.length > 0) return false
        late.push(buildOn(gitdir))
        return true
      },
    })
    gitdir = fixture.gitdir
    const repo = await fixture.open()
    const head = await repo.commit(await repo.head(), changeOf({ x: '1' }), by)
    await Promise.all(late)
    expect((await git(gitdir, 'rev-list', 'main')).split('\n')).toContain(head)
  })

  it('says unavailable when a push did not arrive, and the same commit succeeds later', async () => {
    let down = true
    const intercept = (request: IncomingMessage, response: ServerResponse) => {
      const cut = down && pushes(request)
      if (cut) response.destroy()
      return cut
    }
    await using fixture = await remoteFixture({ intercept })
    const repo = await fixture.open()
    const root = await repo.head()
    const change = changeOf({ x: '1' })
    await expect(repo.commit(root, change, by)).rejects.toMatchObject({ code: 'unavailable' })
    down = false
    const head = await repo.commit(root, change, by)
    expect(await repo.commit(root, change, by)).toBe(head)
    expect(await git(fixture.gitdir, 'rev-list', '--count', 'main')).toBe('2')
  })

  it('calls it a conflict when the branch moves between the look of the push and the push', async () => {
    let gitdir = ''
    await using fixture = await remoteFixture({
      before: (request) => (pushes(request) ? buildOn(gitdir) : undefined),
    })
    gitdir = fixture.gitdir
    const repo = await fixture.open()
    const root = await repo.head()
    await expect(repo.commit(root, changeOf({ x: '1' }), by)).rejects.toMatchObject({ code: 'conflict' })
    expect(await git(gitdir, 'rev-list', '--count', 'main')).toBe('2')
  })

  it('calls it a conflict when the branch moved and the push did not arrive', async () => {
    let gitdir = ''
    const intercept = (request: IncomingMessage, response: ServerResponse) => {
      if (!pushes(request)) return false
      void buildOn(gitdir).then(() => response.destroy())
      return true
    }
    await using fixture = await remoteFixture({ intercept })
    gitdir = fixture.gitdir
    const repo = await fixture.open()
    const root = await repo.head()
    await expect(repo.commit(root, changeOf({ x: '1' }), by)).rejects.toMatchObject({ code: 'conflict' })
  })
})

/** A commit of stock git on top of the branch. */
async function buildOn(gitdir: string): Promise<void> {
  const head = await git(gitdir, 'rev-parse', 'main')
  const commit = await git(gitdir, 'commit-tree', `${head}^{tree}`, '-p', head, '-m', 'on top')
  await git(gitdir, 'update-ref', 'refs/heads/main', commit, head)
}

import { chmod, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { ChosenRemote, type ChosenRemoteOptions } from '../../src/repo/chosen-remote.ts'
import { findGit } from '../../src/repo/git-program.ts'
import { RemoteRepo } from '../../src/repo/remote-repo.ts'
import { type GitHttpOptions, startGitHttpServer } from '../support/git-http-server.ts'
import { initialFiles, stateRepoContract } from './contract.ts'
import { by, changeOf, git, gitIsMissing, temporaryFolder } from './support.ts'

const missing = await gitIsMissing()
const program = await findGit()
const auth = { username: 'judge', password: 'secret' }

/** @param filters whether the server knows partial clones */
async function fixtureOf(server: GitHttpOptions = {}, credentials?: () => typeof auth, filters = true) {
  const folder = await temporaryFolder()
  const gitdir = join(folder.path, 'competition.git')
  await BareRepo.create(gitdir, { branch: 'main', files: changeOf(initialFiles).files, message: 'Begin', by })
  await git(gitdir, 'config', 'uploadpack.allowFilter', String(filters))
  const http = await startGitHttpServer(folder.path, server)
  const url = `${http.url}/competition.git`
  const freshCache = () => mkdtemp(join(folder.path, 'cache-'))
  const open = async (cacheDir?: string) =>
    RemoteRepo.open(url, { branch: 'main', cacheDir: cacheDir ?? (await freshCache()), credentials, program })
  return {
    ...{ gitdir, url, requests: http.requests, freshCache, open: () => open(), openIn: open },
    [Symbol.asyncDispose]: async () => {
      await http[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

stateRepoContract('RemoteRepo by the git program', () => fixtureOf({ auth }, () => auth))

describe.skipIf(missing)('a remote by the git program', () => {
  const rounds = Object.fromEntries(
    Array.from({ length: 30 }, (_, at) => [`rounds/${at % 3}/hotkey-${at}/submitted.json`, `{"of": ${at}}`]),
  )
  const uploads = (requests: readonly string[]) => requests.filter((line) => /POST .*git-upload-pack/.test(line)).length
  /** Whose objects are here, asked of a git that fetches none by itself. */
  const contentsIn = async (cache: string) => {
    const all = await git(cache, '-c', 'extensions.partialClone=', 'cat-file', '--batch-all-objects', '--batch-check')
    return all.split('\n').filter((line) => line.includes(' blob ')).length
  }

  it('leaves contents where they are until they are read, and brings those of a round at once', async () => {
    await using fixture = await fixtureOf()
    const writer = await fixture.open()
    await writer.commit(await writer.head(), changeOf(rounds), by)
    const cache = await fixture.freshCache()
    const repo = await fixture.openIn(cache)
    const head = await repo.head()
    expect(await repo.list(head, 'rounds')).toHaveLength(31)
    expect(await repo.changes(head, head)).toEqual([])
    expect(await contentsIn(cache)).toBe(0)
    const before = uploads(fixture.requests)
    const read = Object.keys(rounds).filter((path) => path.startsWith('rounds/2/'))
    const found = await Promise.all(read.map((path) => repo.read(head, path)))
    expect(found.map((bytes) => Buffer.from(bytes ?? []).toString())).toEqual(read.map((path) => rounds[path]))
    expect(uploads(fixture.requests) - before).toBeLessThanOrEqual(2)
    expect(await contentsIn(cache)).toBe(10)
    // Another run in the same folder asks for nothing that is here.
    const again = await fixture.openIn(cache)
    await again.head()
    const asked = uploads(fixture.requests)
    await again.read(head, read[0] ?? '')
    expect(uploads(fixture.requests)).toBe(asked)
  })

  it('brings everything where the server does not know filters', async () => {
    await using fixture = await fixtureOf({}, undefined, false)
    const cache = await fixture.freshCache()
    const repo = await fixture.openIn(cache)
    const head = await repo.head()
    expect(await contentsIn(cache)).toBe(2)
    expect(Buffer.from((await repo.read(head, 'state.json')) ?? []).toString()).toBe(initialFiles['state.json'])
    const next = await repo.commit(head, changeOf({ x: '1' }), by)
    expect(await repo.head()).toBe(next)
  })

  it('makes a cache that is broken anew', async () => {
    await using fixture = await fixtureOf()
    for (const damage of ['shallow', 'pack']) {
      const cache = await fixture.freshCache()
      const first = await fixture.openIn(cache)
      await first.read(await first.head(), 'state.json')
      if (damage === 'pack') {
        const packs = (await readdir(join(cache, 'objects/pack'))).filter((name) => /\.(pack|idx)$/.test(name))
        await Promise.all(
          packs.map(async (name) => {
            await chmod(join(cache, 'objects/pack', name), 0o600)
            await writeFile(join(cache, 'objects/pack', name), 'PACK and nothing')
          }),
        )
      } else await writeFile(join(cache, damage), 'x\n')
      const repo = await fixture.openIn(cache)
      const head = await repo.head()
      expect(Buffer.from((await repo.read(head, 'state.json')) ?? []).toString(), damage).toBe(
        initialFiles['state.json'],
      )
      await repo.commit(head, changeOf({ [damage]: '1' }), by)
    }
  })

  it('runs nothing that somebody has left in its folder, and takes an address as it is', async () => {
    await using fixture = await fixtureOf()
    const cache = await fixture.freshCache()
    await mkdir(join(cache, 'hooks'))
    for (const hook of ['reference-transaction', 'pre-push', 'post-index-change']) {
      await writeFile(join(cache, 'hooks', hook), `#!/bin/sh\necho ${hook} >>"${cache}/ran"\n`, { mode: 0o755 })
    }
    await writeFile(join(cache, 'config'), `[core]\n\tfsmonitor = "touch ${cache}/ran"\n\thooksPath = hooks\n`)
    const repo = await fixture.openIn(cache)
    await repo.commit(await repo.head(), changeOf({ x: '1' }), by)
    expect(await readdir(cache)).not.toContain('ran')
    const strange = await fixture.freshCache()
    const url = "http://127.0.0.1:1/$&-$'-x"
    await RemoteRepo.open(url, { branch: 'main', cacheDir: strange, program })
    expect(await git(strange, 'config', '-f', join(strange, 'config'), 'remote.origin.url')).toBe(url)
  })

  it('says what is wrong in our codes, and shows nobody its password', async () => {
    const answers = {
      401: 'unauthorised',
      403: 'unauthorised',
      404: 'not-found',
      429: 'unavailable',
      503: 'unavailable',
    }
    let status = 0
    const intercept = (request: IncomingMessage, response: ServerResponse) => {
      // The first look at the branch is by another way: here it is git's own requests.
      const isGits =
        /^git\//.test(request.headers['user-agent'] ?? '') && !/isomorphic/.test(request.headers['user-agent'] ?? '')
      if (status > 0 && isGits) response.writeHead(status).end('no')
      return status > 0 && isGits
    }
    await using fixture = await fixtureOf({ auth, intercept }, () => ({ ...auth, password: 'secret' }))
    for (const [code, name] of Object.entries(answers)) {
      status = Number(code)
      const error: unknown = await (await fixture.open()).head().catch((reason: unknown) => reason)
      expect(error, code).toMatchObject({ code: name, hint: expect.any(String) })
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret')
    }
    status = 0
    const repo = await fixture.open()
    const head = await repo.head()
    await mkdir(join(fixture.gitdir, 'hooks'), { recursive: true })
    await writeFile(join(fixture.gitdir, 'hooks/pre-receive'), '#!/bin/sh\necho "not on a Sunday" >&2; exit 1\n', {
      mode: 0o755,
    })
    await expect(repo.commit(head, changeOf({ x: '1' }), by)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/declined.*not on a Sunday/),
    })
  })
})

describe.skipIf(missing)('which way a remote is reached', () => {
  it('follows the size of the repository, is measured once in a week, and can be asked for', async () => {
    await using fixture = await fixtureOf()
    const start = new Date('2026-01-02T03:04:05Z')
    const open = (cacheDir: string, more: Partial<ChosenRemoteOptions> = {}) =>
      new ChosenRemote(fixture.url, { branch: 'main', cacheDir, setting: 'auto', now: () => start, ...more })
    const cache = await fixture.freshCache()
    const small = open(cache)
    expect(await small.choice()).toEqual({
      backend: 'isomorphic',
      reason: '2 files at the head; from 5000 on a repository counts as large',
    })
    expect((await readdir(cache)).sort()).toEqual(['git.json', 'repo.git'])
    const large = open(await fixture.freshCache(), { manyFiles: 2 })
    expect(await large.choice()).toMatchObject({ backend: 'native' })
    const head = await large.commit(await large.head(), changeOf({ x: '1' }), by)
    expect(await small.head()).toBe(head)
    expect(await small.list(head, '')).toEqual(await large.list(head, ''))
    const asked = fixture.requests.length
    expect(await open(cache, { manyFiles: 3 }).choice()).toMatchObject({ backend: 'isomorphic' })
    expect(fixture.requests).toHaveLength(asked)
    const later = new Date(start.getTime() + 8 * 86_400_000)
    expect(await open(cache, { manyFiles: 3, now: () => later }).choice()).toMatchObject({ backend: 'native' })
    for (const backend of ['native', 'isomorphic'] as const) {
      const reason = `roundkeeper.json asks for it ("git": "${backend}")`
      expect(await open(cache, { setting: backend }).choice()).toEqual({ backend, reason })
    }
    await expect(open(cache, { now: () => later, branch: 'other' }).head()).rejects.toMatchObject({ code: 'not-found' })
  })
})

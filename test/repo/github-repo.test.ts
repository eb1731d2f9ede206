import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { GithubRepo, type GithubRepoOptions } from '../../src/repo/github/github-repo.ts'
import { PrivateKey } from '../../src/signing/private-key.ts'
import { type GithubGitOptions, REPOSITORY, startGithubGit } from '../support/github-git.ts'
import { initialFiles, stateRepoContract } from './contract.ts'
import { by, changeOf, git, gitIsMissing, temporaryFolder } from './support.ts'

const missing = await gitIsMissing()

async function githubFixture(server: Partial<GithubGitOptions> = {}, given: Partial<GithubRepoOptions> = {}) {
  const folder = await temporaryFolder()
  const gitdir = join(folder.path, 'competition.git')
  await BareRepo.create(gitdir, { branch: 'main', files: changeOf(initialFiles).files, message: 'Begin', by })
  const clock = new VirtualClock(new Date('2026-01-02T03:04:05Z'), { autoAdvance: true })
  const github = await startGithubGit({ gitdir, now: () => clock.now(), ...server })
  const open = (more: Partial<GithubRepoOptions> = {}) =>
    new GithubRepo(REPOSITORY, { branch: 'main', clock, baseUrl: github.url, ...given, ...more })
  return {
    gitdir,
    clock,
    github,
    open: async (more?: Partial<GithubRepoOptions>) => open(more),
    [Symbol.asyncDispose]: async () => {
      await github[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

stateRepoContract('GithubRepo', () => githubFixture({ token: 'secret' }, { token: 'secret' }), { isHostsCommit: true })

describe.skipIf(missing)('GithubRepo', () => {
  it('asks nothing twice that cannot have changed, and on condition what can', async () => {
    await using fixture = await githubFixture()
    const repo = await fixture.open()
    const root = await repo.head()
    await repo.list(root, '')
    fixture.github.seen.length = 0
    expect(await repo.head()).toBe(root)
    expect(await repo.list(root, 'rounds')).toHaveLength(1)
    expect(await repo.changes(root, root)).toEqual([])
    expect(fixture.github.seen).toEqual(['GET 304 /git/ref/heads/main'])
    fixture.github.seen.length = 0
    await repo.commit(root, changeOf({ x: '1' }), by)
    expect(fixture.github.seen).toEqual(['POST 200 /api/graphql'])
  })

  it('reads folder by folder what comes truncated', async () => {
    await using fixture = await githubFixture({ maxEntries: 3 })
    const repo = await fixture.open()
    const paths = ['a/1', 'a/2', 'a/b/3', 'a/b/4', 'c']
    const change = changeOf(Object.fromEntries(paths.map((path) => [path, path])))
    const head = await repo.commit(await repo.head(), change, by)
    expect(await repo.list(head, '')).toEqual([...paths, 'rounds/0/seed.json', 'state.json'])
    expect(Buffer.from((await repo.read(head, 'a/b/3')) ?? []).toString()).toBe('a/b/3')
  })

  it('puts the first line of a message on its own, and leaves the trailers alone', async () => {
    await using fixture = await githubFixture()
    const repo = await fixture.open()
    const change = { ...changeOf({ x: '1' }, 'A\nB'), trailers: { Engine: 'roundkeeper/1', Evidence: 'ä' } }
    const head = await repo.commit(await repo.head(), change, by)
    const printed = await git(fixture.gitdir, 'log', '-1', '--format=%B', head)
    expect(printed).toBe('A\n\nB\n\nEngine: roundkeeper/1\nEvidence: ä')
  })

  it('says what is wrong in our codes, and never its token', async () => {
    await using fixture = await githubFixture()
    const answers = [
      { status: 401, code: 'unauthorised', body: '{"message": "Bad credentials"}' },
      { status: 403, code: 'unauthorised', body: '{"message": "Resource not accessible by integration"}' },
      { status: 404, code: 'not-found', body: '{"message": "Not Found"}' },
      { status: 409, code: 'not-found', body: '{"message": "Git Repository is empty."}' },
      { status: 422, code: 'refused', body: '{"message": "Validation Failed"}' },
      { status: 502, code: 'unavailable', body: '<html>' },
      { status: 0, code: 'unavailable', body: '' },
      { status: 200, code: 'unavailable', body: '{"object": "what?"}' },
    ]
    for (const { status, code, body } of answers) {
      fixture.github.faults.splice(0, 1, { path: /git\/ref/, status, body, times: 3 })
      const error: unknown = await (await fixture.open({ token: 'hidden' })).head().catch((reason: unknown) => reason)
      expect(error, `${status}`).toMatchObject({ code, hint: expect.any(String) })
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hidden')
    }
  })

  it('waits as long as it is told to, and gives up where that is too long', async () => {
    await using fixture = await githubFixture()
    const { clock, github } = fixture
    const seconds = (ms: number) => `${Math.ceil((clock.now().getTime() + ms) / 1000)}`
    const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': seconds(20_000) }
    const limits = [
      { status: 429, headers: { 'retry-after': '30' }, waits: 30_000 },
      { status: 403, headers: reset, waits: 0 },
      { status: 403, body: '{"message": "You have exceeded a secondary rate limit."}', waits: 60_000 },
    ]
    for (const { waits, ...limit } of limits) {
      const began = clock.now().getTime()
      github.faults.push({ path: /git\/ref/, ...limit })
      await (await fixture.open()).head()
      expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(waits)
    }
    const repo = await fixture.open()
    github.faults.push({ path: /git\/ref/, status: 403, headers: { 'retry-after': '900' } })
    await expect(repo.head()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/before 2026/),
    })
    const asked = github.seen.length
    await expect(repo.head()).rejects.toMatchObject({ code: 'unavailable' })
    expect(github.seen).toHaveLength(asked)
  })

  it('understands what is wrong with a mutation that answers with status 200', async () => {
    await using fixture = await githubFixture()
    const repo = await fixture.open()
    const root = await repo.head()
    const answer = (type: string, message: string) => {
      const body = JSON.stringify({ data: { createCommitOnBranch: null }, errors: [{ type, message }] })
      fixture.github.faults.splice(0, 1, { path: /graphql/, status: 200, body })
      return repo.commit(root, changeOf({ x: '1' }), by)
    }
    const refusals = [
      ['FORBIDDEN', 'Resource not accessible by integration', 'unauthorised'],
      ['NOT_FOUND', 'Could not resolve to a Repository', 'not-found'],
      ['BRANCH_PROTECTION_RULE_VIOLATION', 'Branch protected', 'refused'],
      ['STALE_DATA', 'Expected branch to point to "x" but it did not.', 'conflict'],
    ] as const
    for (const [type, message, code] of refusals) {
      await expect(answer(type, message), type).rejects.toMatchObject({ code })
    }
    expect(await git(fixture.gitdir, 'rev-parse', 'main')).toBe(root)
    const head = await answer('RATE_LIMITED', 'API rate limit exceeded')
    expect(await git(fixture.gitdir, 'rev-parse', 'main')).toBe(head)
  })

  it.each([
    { status: 0, afterwards: true },
    { status: 502, afterwards: true },
    { status: 502, afterwards: false },
  ])('finds out what became of a commit without an answer: $status, done: $afterwards', async (fault) => {
    await using fixture = await githubFixture()
    const repo = await fixture.open()
    const root = await repo.head()
    fixture.github.faults.push({ path: /graphql/, ...fault })
    const change = { ...changeOf({ x: '1', 'state.json': null }), trailers: { Run: '7' } }
    const head = await repo.commit(root, change, by)
    expect(await git(fixture.gitdir, 'log', '--format=%H', 'main')).toBe(`${head}\n${root}`)
  })

  it('takes nobody else’s commit for its own after a request without an answer', async () => {
    await using fixture = await githubFixture()
    const [repo, other] = [await fixture.open(), await fixture.open()]
    const root = await repo.head()
    await repo.list(root, '')
    fixture.github.faults.push({ path: /graphql/, status: 502 })
    const lost = repo.commit(root, changeOf({ x: 'mine' }), by)
    const both = await Promise.allSettled([lost, other.commit(root, changeOf({ x: 'theirs' }), by)])
    const won = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(won).toEqual([await git(fixture.gitdir, 'rev-parse', 'main')])
  })

  it('is an App by a token of its installation, and renews it', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString().replaceAll('\n', '\\n')
    await using fixture = await githubFixture({ app: { id: 'Iv1', publicKey } }, { app: { id: 'Iv1', key } })
    const { github, clock } = fixture
    const repo = await fixture.open()
    const head = await repo.commit(await repo.head(), changeOf({ x: '1' }), by)
    expect(github.tokens).toHaveLength(1)
    clock.advance(56 * 60_000)
    expect(await repo.head()).toBe(head)
    expect(github.tokens).toHaveLength(2)
    github.tokens.push('somebody else’s')
    expect(await repo.head()).toBe(head)
    expect(github.tokens).toHaveLength(4)
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const wrong = stranger.export({ type: 'pkcs8', format: 'pem' }).toString()
    await expect((await fixture.open({ app: { id: 'Iv1', key: wrong } })).head()).rejects.toMatchObject({
      code: 'unauthorised',
    })
    await expect(fixture.open({ app: { id: 'Iv1', key: 'x' } })).rejects.toMatchObject({ code: 'usage' })
  })

  it('refuses a competition that counts SSH signatures, and a key that could not sign', async () => {
    await using fixture = await githubFixture()
    const bare = await BareRepo.open(fixture.gitdir, { branch: 'main' })
    const repo = await fixture.open()
    const root = await repo.head()
    const refused = { code: 'refused', where: expect.stringContaining('allowed_signers') }
    const signer = PrivateKey.generate()
    await expect(repo.commit(root, changeOf({ x: '1' }), { ...by, signer })).rejects.toMatchObject(refused)
    const policy = changeOf({ 'policy/allowed_signers': 'x' })
    await expect(repo.commit(root, policy, by)).rejects.toMatchObject(refused)
    const signed = await bare.commit(root, policy, by)
    await expect(repo.head()).rejects.toMatchObject(refused)
    await expect(repo.commit(signed, changeOf({ x: '1' }), by)).rejects.toMatchObject(refused)
    expect(await git(fixture.gitdir, 'rev-parse', 'main')).toBe(signed)
  })

  it('refuses a change that is too large for one commit, before it asks', async () => {
    await using fixture = await githubFixture()
    const repo = await fixture.open()
    const root = await repo.head()
    const change = changeOf({ small: '1', large: Buffer.alloc(repo.maxChangeBytes) })
    await expect(repo.commit(root, change, by)).rejects.toMatchObject({ code: 'refused', where: 'large' })
    expect(fixture.github.seen.filter((line) => line.startsWith('POST'))).toEqual([])
  })

  it('notices bytes that are not those of their id', async () => {
    await using fixture = await githubFixture()
    const repo = await fixture.open()
    const root = await repo.head()
    fixture.github.faults.push({ path: /blobs/, status: 200, body: '{"encoding": "base64", "content": "eA=="}' })
    await expect(repo.read(root, 'state.json')).rejects.toMatchObject({ code: 'unavailable' })
    expect(await repo.read(root, 'state.json')).toBeDefined()
  })
})

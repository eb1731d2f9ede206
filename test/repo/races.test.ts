/** Many writers at once: nothing is lost, whoever they are. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { RemoteRepo } from '../../src/repo/remote-repo.ts'
import { startGitHttpServer } from '../support/git-http-server.ts'
import { by, changeOf, git, gitIsMissing, gitWithInput, temporaryFolder } from './support.ts'
import { count } from './writer.ts'

const missing = await gitIsMissing()
const writers = Array.from({ length: 8 }, (_, i) => `writer-${i}`)
const commits = 8
/** Each costs the server a dozen processes. */
const remoteCommits = 3

async function repositoryIn(folder: string): Promise<string> {
  const gitdir = join(folder, 'competition.git')
  await BareRepo.create(gitdir, { branch: 'main', files: changeOf({ counter: '0' }).files, message: 'Begin', by })
  return gitdir
}

async function inProcess(...args: string[]): Promise<void> {
  const script = join(import.meta.dirname, 'writer.ts')
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`writer ${args} ended with ${code}`)
}

/** `total` commits on top of the root, one after the other, each counted. */
async function expectNoneLost(gitdir: string, total: number): Promise<void> {
  await git(gitdir, 'fsck', '--strict', '--no-dangling')
  expect(await git(gitdir, 'show', 'main:counter')).toBe(`${total}`)
  expect(await git(gitdir, 'rev-list', '--count', 'main')).toBe(`${total + 1}`)
  expect(await git(gitdir, 'rev-list', '--count', '--merges', 'main')).toBe('0')
}

describe.skipIf(missing)('races', () => {
  it('loses none of the commits of eight processes on a bare repository', { timeout: 300_000 }, async () => {
    await using folder = await temporaryFolder()
    const gitdir = await repositoryIn(folder.path)
    await Promise.all(writers.map((name) => inProcess(gitdir, name, `${commits}`)))
    await expectNoneLost(gitdir, writers.length * commits)
    for (const name of writers) expect(await git(gitdir, 'show', `main:writers/${name}`)).toBe(`${commits}`)
  })

  it('loses none of the commits of eight clones of a remote', { timeout: 300_000 }, async () => {
    await using folder = await temporaryFolder()
    const gitdir = await repositoryIn(folder.path)
    await using server = await startGitHttpServer(folder.path)
    const url = `${server.url}/competition.git`
    const half = writers.slice(0, 4)
    // four in processes of their own, four side by side in this one
    await Promise.all([
      ...half.map(async (name) => {
        await mkdir(join(folder.path, name))
        await inProcess(url, join(folder.path, name), `${remoteCommits}`)
      }),
      ...writers.slice(4).map(async (name) => {
        const cacheDir = await mkdtemp(join(folder.path, 'cache-'))
        await count(await RemoteRepo.open(url, { branch: 'main', cacheDir }), name, remoteCommits, 400)
      }),
    ])
    await expectNoneLost(gitdir, writers.length * remoteCommits)
  })

  it('loses none beside git update-ref, git push and git gc', async () => {
    await using folder = await temporaryFolder()
    const gitdir = await repositoryIn(folder.path)
    await using server = await startGitHttpServer(folder.path)
    const url = `${server.url}/competition.git`
    const each = 6
    const remote = await RemoteRepo.open(url, { branch: 'main', cacheDir: join(folder.path, 'cache') })
    await Promise.all([
      count(await BareRepo.open(gitdir, { branch: 'main' }), 'ours', each, 10),
      count(remote, 'remote', each, 10),
      countByUpdateRef(gitdir, each),
      countByPush(gitdir, join(folder.path, 'clone'), each),
      git(gitdir, 'gc', '-q'),
    ])
    await git(gitdir, 'gc', '-q')
    await expectNoneLost(gitdir, 4 * each)
  })
})

/** Stock git without a work tree. A gc beside it may take away what it has just written: one more race to lose. */
async function countByUpdateRef(gitdir: string, times: number): Promise<void> {
  const attempt = async (i: number) => {
    const head = await git(gitdir, 'rev-parse', 'main')
    const next = Number(await git(gitdir, 'show', `${head}:counter`)) + 1
    const blob = (await gitWithInput(gitdir, `${next}`, 'hash-object', '-w', '--stdin')).trim()
    const others = (await git(gitdir, 'ls-tree', head)).split('\n').filter((line) => !line.endsWith('\tcounter'))
    const entries = [...others, `100644 blob ${blob}\tcounter`].map((line) => `${line}\n`).join('')
    const tree = (await gitWithInput(gitdir, entries, 'mktree')).trim()
    const commit = await git(gitdir, 'commit-tree', tree, '-p', head, '-m', `update-ref ${i}`)
    await git(gitdir, 'update-ref', 'refs/heads/main', commit, head)
  }
  for (let done = 0, tries = 0; done < times; tries++) {
    if (tries > 50 * times) throw new Error('stock git never wins')
    if (await succeeds(attempt(done))) done++
  }
}

/** Stock git with a work tree. */
async function countByPush(gitdir: string, clone: string, times: number): Promise<void> {
  await git(gitdir, 'clone', '-q', gitdir, clone)
  for (let i = 0; i < times; ) {
    await git(clone, 'fetch', '-q', 'origin')
    await git(clone, 'reset', '-q', '--hard', 'origin/main')
    const next = Number(await git(clone, 'show', 'HEAD:counter')) + 1
    await git(clone, 'rm', '-q', '--cached', 'counter')
    const blob = (await gitWithInput(clone, `${next}`, 'hash-object', '-w', '--stdin')).trim()
    await git(clone, 'update-index', '--add', '--cacheinfo', `100644,${blob},counter`)
    await git(clone, 'commit', '-q', '-m', `push ${i}`)
    if (await succeeds(git(clone, 'push', '-q', 'origin', 'HEAD:main'))) i++
  }
}

const succeeds = (work: Promise<unknown>) =>
  work.then(
    () => true,
    () => false,
  )

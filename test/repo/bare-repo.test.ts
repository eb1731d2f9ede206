import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { recordThisProcess } from '../../src/repo/process-record.ts'
import { initialFiles, stateRepoContract } from './contract.ts'
import { by, changeOf, git, gitIsMissing, temporaryFolder } from './support.ts'

const missing = await gitIsMissing()

async function bareFixture() {
  const folder = await temporaryFolder()
  const gitdir = join(folder.path, 'competition.git')
  await BareRepo.create(gitdir, { branch: 'main', files: changeOf(initialFiles).files, message: 'Begin', by })
  return {
    gitdir,
    open: () => BareRepo.open(gitdir, { branch: 'main' }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

stateRepoContract('BareRepo', bareFixture)

describe.skipIf(missing)('BareRepo', () => {
  it('refuses to create over a branch, finishes what a crash left, and says when there is nothing', async () => {
    await using folder = await temporaryFolder()
    const gitdir = join(folder.path, 'x.git')
    const options = { branch: 'main', files: changeOf({ a: '1' }).files, message: 'Begin', by }
    await expect(BareRepo.open(gitdir, options)).rejects.toMatchObject({ code: 'not-found' })
    await BareRepo.create(gitdir, options)
    await expect(BareRepo.create(gitdir, options)).rejects.toMatchObject({ code: 'usage' })
    await rm(join(gitdir, 'refs/heads/main'))
    await expect((await BareRepo.open(gitdir, options)).head()).rejects.toMatchObject({ code: 'not-found' })
    await BareRepo.create(gitdir, options)
    expect(await git(gitdir, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main')
    expect(await git(gitdir, 'ls-tree', '--name-only', 'HEAD')).toBe('a')
    for (const branch of ['', '../x', 'a..b', 'x.lock', 'a b', '-x', '.x', 'a/', 'a//b']) {
      await expect(BareRepo.open(gitdir, { branch }), branch).rejects.toMatchObject({ code: 'usage' })
    }
  })

  it('works on a branch with a slash in its name', async () => {
    await using folder = await temporaryFolder()
    const options = { branch: 'season/2', files: changeOf({ a: '1' }).files, message: 'Begin', by }
    const repo = await BareRepo.create(folder.path, options)
    const head = await repo.commit(await repo.head(), changeOf({ a: '2' }), by)
    expect(await git(folder.path, 'rev-parse', 'season/2')).toBe(head)
  })

  it('never takes a lock that git may hold, and names it', async () => {
    await using fixture = await bareFixture()
    let pauses = 0
    const repo = await BareRepo.open(fixture.gitdir, { branch: 'main', pause: async () => pauses++ })
    const head = await repo.head()
    const lock = join(fixture.gitdir, 'refs/heads/main.lock')
    await writeFile(lock, '')
    const error = await repo.commit(head, changeOf({ x: '1' }), by).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'unavailable', retryable: true, where: lock })
    expect(pauses).toBeGreaterThan(10)
    expect(await readFile(lock, 'utf8')).toBe('')
    await rm(lock)
    await repo.commit(head, changeOf({ x: '1' }), by)
  })

  it('waits for a lock that is soon given back', async () => {
    await using fixture = await bareFixture()
    const lock = join(fixture.gitdir, 'refs/heads/main.lock')
    let pauses = 0
    const pause = async () => {
      if (++pauses === 3) await rm(lock)
    }
    const repo = await BareRepo.open(fixture.gitdir, { branch: 'main', pause })
    await writeFile(lock, '')
    const head = await repo.commit(await repo.head(), changeOf({ x: '1' }), by)
    expect(await repo.head()).toBe(head)
  })

  it('answers a conflict at once when the branch moves while it waits', async () => {
    await using fixture = await bareFixture()
    const moved = 'a'.repeat(40)
    const pause = () => writeFile(join(fixture.gitdir, 'refs/heads/main'), `${moved}\n`)
    const repo = await BareRepo.open(fixture.gitdir, { branch: 'main', pause })
    await writeFile(join(fixture.gitdir, 'refs/heads/main.lock'), '')
    await expect(repo.commit(await repo.head(), changeOf({ x: '1' }), by)).rejects.toMatchObject({ code: 'conflict' })
  })

  it.each([
    ['of a process that is gone', { pid: 2 ** 22 + 1 }, true],
    ['of a process whose id is used again', { started: '1' }, true],
    ['from before the last boot', { boot: 'another' }, true],
    ['of this very process', {}, false],
    ['of another machine', { machine: 'elsewhere', pid: 2 ** 22 + 1 }, false],
    ['of another container', { namespace: 'pid:[1]', pid: 2 ** 22 + 1 }, false],
  ])('takes over a lock %s if, and only if, that is safe', async (_, difference, taken) => {
    await using fixture = await bareFixture()
    const repo = await BareRepo.open(fixture.gitdir, { branch: 'main', pause: async () => {} })
    const head = await repo.head()
    const record = { ...(await recordThisProcess()), ...difference }
    const workshop = join(fixture.gitdir, 'roundkeeper')
    await writeFile(join(workshop, record.id), JSON.stringify(record))
    await link(join(workshop, record.id), join(fixture.gitdir, 'refs/heads/main.lock'))
    const commit = repo.commit(head, changeOf({ x: '1' }), by)
    if (!taken) {
      await expect(commit).rejects.toMatchObject({ code: 'unavailable' })
      return
    }
    const next = await commit
    expect(await repo.head()).toBe(next)
    expect(await readdir(workshop)).toEqual([])
  })

  it('takes over from one that died while it took over', async () => {
    await using fixture = await bareFixture()
    const workshop = join(fixture.gitdir, 'roundkeeper')
    const first = { ...(await recordThisProcess()), pid: 2 ** 22 + 1 }
    const second = { ...(await recordThisProcess()), pid: 2 ** 22 + 2 }
    await writeFile(join(fixture.gitdir, 'refs/heads/main.lock'), JSON.stringify(first))
    await writeFile(join(workshop, `${first.id}.claim`), JSON.stringify(second))
    const repos = await Promise.all(Array.from({ length: 5 }, fixture.open))
    const head = await repos[0]?.head()
    const results = await Promise.allSettled(repos.map((one, i) => one.commit(head ?? '', changeOf({ x: `${i}` }), by)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await readdir(workshop)).toEqual([])
  })
})

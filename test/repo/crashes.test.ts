/** A writer may be killed at any moment: the branch is whole, and the next writer goes on. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import { describe, expect, it } from 'vitest'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { parseRecord } from '../../src/repo/process-record.ts'
import { RemoteRepo } from '../../src/repo/remote-repo.ts'
import { startGitHttpServer } from '../support/git-http-server.ts'
import { by, changeOf, git, gitIsMissing, temporaryFolder } from './support.ts'

/** More than a first commit through a new cache makes. */
const LAST_CACHE_WRITE = 91
/** At moments of chance. */
const DEATHS = 8
const missing = await gitIsMissing()

function start(script: string, ...args: string[]): ChildProcess {
  const path = join(import.meta.dirname, script)
  return spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function repositoryIn(folder: string): Promise<string> {
  await BareRepo.create(folder, { branch: 'main', files: changeOf({ counter: '0' }).files, message: 'Begin', by })
  return folder
}

/** Whole for stock git, and the next commit lands without waiting for the dead one's lock. */
async function expectUsable(gitdir: string): Promise<void> {
  await git(gitdir, 'fsck', '--strict', '--no-dangling')
  const neverWait = () => Promise.reject(new Error('waited for the lock of a dead process'))
  const repo = await BareRepo.open(gitdir, { branch: 'main', pause: neverWait })
  const head = await repo.head()
  const next = await repo.commit(head, changeOf({ survivor: head }), by)
  expect(await git(gitdir, 'rev-parse', 'main', 'main^')).toBe(`${next}\n${head}`)
  expect(await readdir(join(gitdir, 'refs/heads'))).toEqual(['main'])
  // of a record that was cut short nobody can tell whose it is; nothing else may stay
  const workshop = join(gitdir, 'roundkeeper')
  for (const name of await readdir(workshop)) {
    expect(name).not.toContain('.')
    expect(parseRecord(await readFile(join(workshop, name), 'utf8'))).toBeUndefined()
  }
}

describe.skipIf(missing)('crashes', () => {
  it('survives SIGKILL before every single write of a commit', async () => {
    await using folder = await temporaryFolder()
    const outcomes: ('killed' | 'done')[] = []
    const crash = async (nth: number) => {
      const gitdir = await repositoryIn(join(folder.path, `${nth}.git`))
      const root = await git(gitdir, 'rev-parse', 'main')
      const child = start('crashing-writer.ts', gitdir, `${nth}`, `value ${nth}`)
      const [code, signal] = await once(child, 'exit')
      expect(code === 0 || signal === 'SIGKILL').toBe(true)
      outcomes[nth] = code === 0 ? 'done' : 'killed'
      const head = await git(gitdir, 'rev-parse', 'main')
      if (head !== root) expect(await git(gitdir, 'show', `${head}:a/b/c`)).toBe(`value ${nth}`)
      if (code === 0) expect(head).not.toBe(root)
      await expectUsable(gitdir)
    }
    // In each of three, every third write, until there are no more.
    const crashEveryThird = async (nth: number) => {
      for (; outcomes[nth - 3] !== 'done'; nth += 3) await crash(nth)
    }
    const crashes = await Promise.allSettled([1, 2, 3].map(crashEveryThird))
    expect(crashes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toEqual([])
    expect(outcomes.filter((outcome) => outcome === 'killed').length).toBeGreaterThan(20)
    expect(outcomes.at(-1)).toBe('done')
  })

  it('survives SIGKILL before any write to the cache of a remote', { timeout: 300_000 }, async () => {
    await using folder = await temporaryFolder()
    await using server = await startGitHttpServer(folder.path)
    const outcomes = new Map<number, 'killed' | 'done'>()
    const crash = async (nth: number) => {
      const gitdir = await repositoryIn(join(folder.path, `${nth}.git`))
      const url = `${server.url}/${nth}.git`
      const cacheDir = join(folder.path, `${nth}.cache`)
      const [code] = await once(start('crashing-writer.ts', url, `${nth}`, 'new', cacheDir), 'exit')
      outcomes.set(nth, code === 0 ? 'done' : 'killed')
      const repo = await RemoteRepo.open(url, { branch: 'main', cacheDir })
      const head = await repo.head()
      expect(await repo.list(head, '')).toContain('counter')
      const log = await Array.fromAsync(repo.log(head))
      expect(`${log.length}`).toBe(await git(gitdir, 'rev-list', '--count', head))
      await repo.commit(head, changeOf({ survivor: head }), by)
      await git(gitdir, 'fsck', '--strict', '--no-dangling')
    }
    const limit = pLimit(3)
    const moments = Array.from({ length: LAST_CACHE_WRITE }, (_, i) => i + 1)
    const some = moments.filter((nth) => nth % 6 === 1)
    const crashes = await Promise.allSettled(some.map((nth) => limit(() => crash(nth))))
    expect(crashes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toEqual([])
    expect(outcomes.get(7)).toBe('killed')
    expect(outcomes.get(LAST_CACHE_WRITE)).toBe('done')
  })

  it('survives SIGKILL at moments of chance', async () => {
    await using folder = await temporaryFolder()
    const gitdir = await repositoryIn(join(folder.path, 'competition.git'))
    for (let i = 0; i < DEATHS; i++) {
      const children = [start('writer.ts', gitdir, 'a', '100000'), start('writer.ts', gitdir, 'b', '100000')]
      // Each has counted once.
      await Promise.all(children.map((child) => child.stdout && once(child.stdout, 'data')))
      await sleep(Math.random() * 120)
      const gone = Promise.all(children.map((child) => once(child, 'exit')))
      for (const child of children) child.kill('SIGKILL')
      await gone
      await expectUsable(gitdir)
    }
    const counter = Number(await git(gitdir, 'show', 'main:counter'))
    expect(counter).toBeGreaterThanOrEqual(2 * DEATHS)
    // one more after each death is the survivor's, and one the first
    expect(await git(gitdir, 'rev-list', '--count', 'main')).toBe(`${counter + DEATHS + 1}`)
  })
})

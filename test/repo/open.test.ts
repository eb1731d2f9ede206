import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { openSource } from '../../src/repo/open.ts'
import { startGitHttpServer } from '../support/git-http-server.ts'
import { by, changeOf, git, gitIsMissing, temporaryFolder } from './support.ts'

const missing = await gitIsMissing()

async function competition() {
  const folder = await temporaryFolder()
  const gitdir = join(folder.path, 'competition.git')
  const repo = await BareRepo.create(gitdir, { branch: 'main', files: changeOf({ a: '1' }).files, message: 'x', by })
  const head = await repo.commit(await repo.head(), changeOf({ a: '2' }), by)
  const bundle = join(folder.path, 'competition.bundle')
  return { path: folder.path, gitdir, head, bundle, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

async function expectReadable(source: string, head: string, branch?: string): Promise<void> {
  await using repo = await openSource(source, branch === undefined ? {} : { branch })
  expect(await repo.head()).toBe(head)
  expect(Buffer.from((await repo.read(head, 'a')) ?? []).toString()).toBe('2')
  expect(await repo.list(head, '')).toEqual(['a'])
  expect(await Array.fromAsync(repo.log(head), ({ oid }) => oid)).toHaveLength(2)
  await expect(repo.commit()).rejects.toMatchObject({ code: 'usage' })
}

describe.skipIf(missing)('openSource', () => {
  it('opens a bare folder, a clone, a bundle and a URL', async () => {
    await using given = await competition()
    await git(given.path, 'clone', '-q', given.gitdir, 'clone')
    await git(given.gitdir, 'bundle', 'create', '-q', given.bundle, 'main')
    await using server = await startGitHttpServer(given.path)
    for (const source of [given.gitdir, join(given.path, 'clone'), given.bundle, `${server.url}/competition.git`]) {
      await expectReadable(source, given.head)
    }
  })

  it('opens bundles of both versions and after a delta-compressing repack', async () => {
    await using given = await competition()
    const repo = await BareRepo.open(given.gitdir, { branch: 'main' })
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i} ${'x'.repeat(i % 50)}`)
    let head = given.head
    for (let i = 0; i < 20; i++) {
      lines[i * 7] = `changed ${i}`
      head = await repo.commit(head, changeOf({ a: '2', large: lines.join('\n') }), by)
    }
    await git(given.gitdir, 'repack', '-adfq', '--depth=50')
    for (const version of ['2', '3']) {
      await git(given.gitdir, 'bundle', 'create', '-q', `--version=${version}`, given.bundle, '--all')
      await using opened = await openSource(given.bundle)
      expect(await opened.head()).toBe(head)
      expect(Buffer.from((await opened.read(head, 'large')) ?? []).toString()).toBe(lines.join('\n'))
      expect(await Array.fromAsync(opened.log(head), ({ oid }) => oid)).toHaveLength(22)
    }
  })

  it('chooses main, else the branch of HEAD, else the only one, and says which there are', async () => {
    await using given = await competition()
    const { gitdir, head, bundle } = given
    await git(gitdir, 'branch', 'other', 'main^')
    await expectReadable(gitdir, head)
    await git(gitdir, 'branch', 'season/2', 'main')
    await git(gitdir, 'symbolic-ref', 'HEAD', 'refs/heads/season/2')
    await git(gitdir, 'branch', '-D', 'main')
    await git(gitdir, 'pack-refs', '--all')
    await using server = await startGitHttpServer(given.path)
    await git(gitdir, 'bundle', 'create', '-q', bundle, 'HEAD', '--branches')
    for (const source of [gitdir, `${server.url}/competition.git`, bundle]) {
      await expectReadable(source, head)
      await expectReadable(source, head, 'season/2')
      await expect(openSource(source, { branch: 'no' })).rejects.toMatchObject({
        code: 'not-found',
        hint: expect.stringContaining('other'),
      })
    }
    await git(gitdir, 'bundle', 'create', '-q', bundle, 'season/2')
    await expectReadable(bundle, head)
    await git(gitdir, 'bundle', 'create', '-q', bundle, 'season/2', 'other')
    await expect(openSource(bundle)).rejects.toMatchObject({ code: 'not-found' })
    await git(gitdir, 'bundle', 'create', '-q', bundle, 'HEAD')
    await expectReadable(bundle, head)
  })

  it.each([
    ['no/such/place', 'not-found', /nothing at .*no\/such\/place$/, /bundle/],
    ['.', 'not-found', /no git repository in/, /top folder of a clone/],
    ['ssh://git@example.com/a/b.git', 'usage', /only http and https/, /git clone it/],
    ['git@example.com:a/b.git', 'usage', /only http and https/, /git clone it/],
  ])('says of %s what to give instead', async (place, code, message, hint) => {
    await using folder = await temporaryFolder()
    const source = place.includes('@') ? place : join(folder.path, place)
    await expect(openSource(source)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
  })

  it('refuses bundles that are parts, damaged or none', async () => {
    await using given = await competition()
    await git(given.gitdir, 'bundle', 'create', '-q', given.bundle, 'main', '^main^')
    await expect(openSource(given.bundle)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('prerequisites'),
    })
    await git(given.gitdir, 'bundle', 'create', '-q', given.bundle, 'main')
    const whole = await readFile(given.bundle)
    const flipped = Buffer.from(whole)
    flipped[flipped.length - 40] = (flipped[flipped.length - 40] ?? 0) ^ 1
    const header = whole.subarray(0, whole.indexOf('\n\n') + 2)
    const filtered = Buffer.from(header.toString().replace('v2', 'v3').replace('bundle\n', 'bundle\n@filter=x\n'))
    for (const bytes of [flipped, whole.subarray(0, -1), header, filtered, Buffer.from('# v2 git bundle\nx\n\n'), '']) {
      await writeFile(given.bundle, bytes)
      await expect(openSource(given.bundle)).rejects.toMatchObject({ code: 'refused' })
    }
    await expect(openSource(join(given.path, 'nothing'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(openSource(given.path)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('leaves the folder of a clone as it is', async () => {
    await using given = await competition()
    await git(given.path, 'clone', '-q', given.gitdir, 'clone')
    await expectReadable(join(given.path, 'clone'), given.head)
    expect(existsSync(join(given.path, 'clone/.git/roundkeeper'))).toBe(false)
  })

  const real = join(import.meta.dirname, '../../../shared/data/mesh-rounds-0-1.bundle')
  it.skipIf(!existsSync(real))('reads the public history of a real competition', async () => {
    await using repo = await openSource(real)
    const head = await repo.head()
    const log = await Array.fromAsync(repo.log(head))
    expect(log.length).toBeGreaterThan(10)
    expect(log.at(-1)?.parents).toEqual([])
    expect(await repo.list(head, 'rounds')).not.toEqual([])
    expect(await repo.read(head, 'state.json')).toBeDefined()
  })
})

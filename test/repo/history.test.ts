import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownGitFolder } from '../../src/repo/borrowed-objects.ts'
import type { History } from '../../src/repo/history.ts'
import { NativeHistory } from '../../src/repo/native-history.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import fc from '../support/properties.ts'
import { historyContract, told } from './history-contract.ts'
import { fastImport, type OddCommit, writeObject } from './odd-repository.ts'
import { git, gitIsMissing, temporaryFolder } from './support.ts'

const backends: readonly History['backend'][] = ['git', 'isomorphic-git']
const missing = await gitIsMissing()
if (!missing) for (const backend of backends) historyContract(backend)

async function expectSame(source: string) {
  await using ours = await openHistory(source, { backend: 'git' })
  await using theirs = await openHistory(source, { backend: 'isomorphic-git' })
  const commits = await told(ours)
  expect(await told(theirs)).toEqual(commits)
  const at = commits[Math.floor(commits.length / 2)]?.oid ?? ''
  expect([...(await theirs.tree(at))].sort()).toEqual([...(await ours.tree(at))].sort())
  expect(await told(theirs, at)).toEqual(await told(ours, at))
  return commits
}

/** Names that meet each other: as a file and as a folder, in both cases, with bytes that are no text. */
const names = ['a', 'A', 'b', 'a.b', 'ü', '\xff', '\xc3', '"', '\\', '\n', '-x', ' ', '\xed\xa0\x80', ':(top)']
const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const content = fc.oneof(
  fc.string(),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
)
const file = fc.oneof(
  { weight: 4, arbitrary: content },
  { weight: 1, arbitrary: fc.constant(null) },
  fc.record({ mode: fc.constantFrom('100755', '120000'), content }),
  fc.record({ mode: fc.constant('160000'), content: fc.constantFrom('1'.repeat(40), '2'.repeat(40)) }),
)
const text = fc.oneof(
  fc.string(),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
)
const commit: fc.Arbitrary<OddCommit> = fc.record(
  {
    message: text,
    encoding: fc.constantFrom('ISO-8859-1', 'SHIFT_JIS', 'nonsense', 'utf-16'),
    files: fc.dictionary(path, file, { maxKeys: 5 }),
  },
  { requiredKeys: ['message', 'files'] },
)

describe.skipIf(missing)('both ways to read a history', () => {
  it('give the same commits of any repository, and the trees that git has', async () => {
    await using folder = await temporaryFolder()
    const gitdir = join(folder.path, 'odd.git')
    await fc.assert(
      fc.asyncProperty(fc.array(commit, { minLength: 1, maxLength: 6 }), async (commits) => {
        await rm(gitdir, { recursive: true, force: true })
        await fastImport(gitdir, commits)
        const tree = new Map<string, string>()
        for (const { oid, changed } of await expectSame(gitdir)) {
          for (const { path: at, before, after } of changed) {
            expect(tree.get(at)).toBe(before && `${before.mode} ${before.oid}`)
            if (after === undefined) tree.delete(at)
            else tree.set(at, `${after.mode} ${after.oid}`)
          }
          const shown = (await git(gitdir, 'ls-tree', '-r', '-z', oid)).split('\0').filter((line) => line !== '')
          const modes = shown.map((line) => line.slice(0, line.indexOf('\t')).replace(/ \w+ /, ' ')).sort()
          expect([...tree.values()].sort()).toEqual(modes)
        }
      }),
      { numRuns: 12 },
    )
  })

  it('keep paths apart that are no UTF-8', async () => {
    await using folder = await temporaryFolder()
    const gitdir = join(folder.path, 'odd.git')
    await fastImport(gitdir, [{ message: 'x', files: { 'a\xff': '1', 'a\xfe': '2', 'a\xef\xbf\xbd': '3', ü: '4' } }])
    const [first] = await expectSame(gitdir)
    expect(first?.changed.map((each) => each.path)).toEqual(['a\udcfe', 'a\udcff', 'a\ufffd', '\udcfc'].sort())
  })

  it('read commits as people and programs typed them', async () => {
    await using folder = await temporaryFolder()
    const gitdir = join(folder.path, 'odd.git')
    await fastImport(gitdir, [{ message: 'x', files: { a: '1' } }])
    const tree = await git(gitdir, 'rev-parse', 'main^{tree}')
    const signature = 'gpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n -----END SSH SIGNATURE-----\n'
    const who = 'author A U Thor <a@example.org> 1767225600 +0100\ncommitter C <c@example.org> 1767225601 -0500\n'
    const texts = [
      `${who}${signature}\nsigned\n`,
      `${who}encoding ISO-8859-1\n\ncaf\xe9`,
      `${who}encoding nonsense\n\ncaf\xe9\n`,
      `${who}`,
      `${who}\n`,
      'author <> 0 +0000\ncommitter nobody\n\nno time\n',
      'author A < b <c> 1 +0000\ncommitter A <a>b> 99999999999999999999 +0000\n\nodd\n',
      '\nneither\n',
      `${who}mergetag object ${'1'.repeat(40)}\n type commit\n tag x\n\n\ufeffa mark\n`,
    ]
    let parent = await git(gitdir, 'rev-parse', 'main')
    for (const each of texts) {
      const bytes = Buffer.from(`tree ${tree}\nparent ${parent}\n${each}`, 'latin1')
      parent = await writeObject(gitdir, 'commit', bytes)
    }
    await writeFile(join(gitdir, 'refs/heads/main'), `${parent}\n`)
    const [, ...commits] = await expectSame(gitdir)
    const [signed, latin, unknown, without, empty, timeless, odd, neither, marked] = commits
    expect(signed?.raw).toContain(signature)
    expect(signed).toMatchObject({
      message: 'signed\n',
      author: { name: 'A U Thor', email: 'a@example.org', at: new Date(1767225600000) },
      committer: { name: 'C', email: 'c@example.org', at: new Date(1767225601000) },
    })
    expect(latin?.message).toBe('café')
    expect(unknown?.message).toBe('caf\ufffd\n')
    expect([without?.message, empty?.message]).toEqual(['', ''])
    expect(timeless).toMatchObject({ author: { name: '', email: '', at: new Date(0) }, committer: { name: 'nobody' } })
    expect([odd?.author.name, odd?.committer.at]).toEqual(['A', new Date(0)])
    expect(neither).toMatchObject({ message: 'neither\n', author: { name: '' } })
    expect(marked?.message).toContain('a mark')
  })

  it('give the same commits through an older git', async () => {
    await using folder = await temporaryFolder()
    const gitdir = join(folder.path, 'x.git')
    const files = { a: '1', 'b/c': 'x'.repeat(200_000) }
    await fastImport(gitdir, [
      { message: 'x', files },
      { message: 'y', files: { 'b/c': null } },
    ])
    const commits = await expectSame(gitdir)
    const place = await ownGitFolder({ batchCommand: false }, join(gitdir, 'objects'))
    await using older = new NativeHistory({ place, head: commits.at(-1)?.oid ?? '', id: gitdir, gitdir })
    expect(await told(older)).toEqual(commits)
  })

  const real = join(import.meta.dirname, '../../../shared/data/mesh-rounds-0-1.bundle')
  it.skipIf(!existsSync(real))('give the same commits of a real competition', async () => {
    expect(await expectSame(real)).toHaveLength(286)
  })

  it('chooses git where it is found', async () => {
    await using folder = await temporaryFolder()
    await fastImport(join(folder.path, 'x.git'), [{ message: 'x', files: { a: '1' } }])
    await using history = await openHistory(join(folder.path, 'x.git'))
    expect(history.backend).toBe('git')
    const { PATH } = process.env
    process.env.PATH = folder.path
    try {
      await using without = await openHistory(join(folder.path, 'x.git'))
      expect(without.backend).toBe('isomorphic-git')
      expect(await without.count()).toBe(1)
      const demanded = openHistory(join(folder.path, 'x.git'), { backend: 'git' })
      await expect(demanded).rejects.toMatchObject({ code: 'not-found', hint: expect.stringContaining('Install git') })
    } finally {
      process.env.PATH = PATH
    }
  })
})

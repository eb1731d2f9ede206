/** What every StateRepo adapter must do, checked with stock git. */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formatMessage, parseMessage } from '../../src/repo/message.ts'
import type { StateRepo } from '../../src/repo/state-repo.ts'
import { PrivateKey } from '../../src/signing/private-key.ts'
import { formatPublicKey } from '../../src/signing/public-key.ts'
import { sshIsMissing } from '../signing/ssh.ts'
import { by, changeOf, git, gitIsMissing, gitWithInput } from './support.ts'

export interface Fixture extends AsyncDisposable {
  /** The bare folder where the branch `main` really lives, for stock git. */
  readonly gitdir: string
  /** A new instance that knows nothing of the others. */
  open(): Promise<StateRepo>
}

/** `make` gives a repository with the files below in one commit. */
export const initialFiles = { 'state.json': '{\n  "stage": "open"\n}', 'rounds/0/seed.json': '{"seed": 1}' }

const missing = await gitIsMissing()
const withoutSsh = await sshIsMissing()
const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString())
const collect = <T>(items: AsyncIterable<T>) => Array.fromAsync(items)

export interface Traits {
  /** The host makes the commits: in its own name, at its own time, with its own signature and its own modes of files. */
  readonly isHostsCommit?: boolean
}

export function stateRepoContract(
  name: string,
  make: () => Promise<Fixture>,
  { isHostsCommit = false }: Traits = {},
): void {
  const itOfOurs = isHostsCommit ? () => {} : it
  describe.skipIf(missing)(`${name}: StateRepo`, () => {
    let fixture: Fixture
    let repo: StateRepo
    let root: string

    beforeEach(async () => {
      fixture = await make()
      repo = await fixture.open()
      root = await repo.head()
    })
    afterEach(async () => {
      await git(fixture.gitdir, 'fsck', '--strict', '--no-dangling')
      await fixture[Symbol.asyncDispose]()
    })

    it('has an id without credentials', () => expect(repo.id).not.toMatch(/secret|@/))

    it('reads and lists what is there', async () => {
      expect(await git(fixture.gitdir, 'rev-parse', 'refs/heads/main')).toBe(root)
      expect(text(await repo.read(root, 'state.json'))).toBe(initialFiles['state.json'])
      expect(text(await repo.read(root, 'rounds/0/seed.json'))).toBe(initialFiles['rounds/0/seed.json'])
      for (const path of ['rounds', 'rounds/0', 'nothing', 'state.json/x', 'rounds/1/x', '', '../HEAD']) {
        expect(await repo.read(root, path), path).toBeUndefined()
      }
      expect(await repo.list(root, '')).toEqual(['rounds/0/seed.json', 'state.json'])
      expect(await repo.list(root, 'rounds')).toEqual(['rounds/0/seed.json'])
      expect(await repo.list(root, 'round')).toEqual([])
      expect(await repo.list(root, 'state.json')).toEqual([])
    })

    it('refuses to read at what is not a commit', async () => {
      for (const head of ['f'.repeat(40), 'main', '../../HEAD', '']) {
        await expect(repo.read(head, 'state.json'), head).rejects.toMatchObject({ code: 'not-found' })
        await expect(repo.list(head, ''), head).rejects.toMatchObject({ code: 'not-found' })
      }
    })

    it('commits new, changed and removed files, and stock git sees them', async () => {
      const head = await repo.commit(
        root,
        changeOf({
          'state.json': '{}',
          'rounds/0/seed.json': null,
          'rounds/0/nothing.json': null,
          'rounds/1/5F/duels_left.json': '[]',
          'rounds/10/ü prompt.txt': 'x\n',
          'rounds/1.txt': 'sorts before rounds/1/',
        }),
        by,
      )
      const paths = ['rounds/1.txt', 'rounds/1/5F/duels_left.json', 'rounds/10/ü prompt.txt', 'state.json']
      expect(await repo.head()).toBe(head)
      expect(await repo.list(head, '')).toEqual(paths)
      expect(await repo.list(root, '')).toEqual(['rounds/0/seed.json', 'state.json'])
      expect(text(await repo.read(root, 'state.json'))).toBe(initialFiles['state.json'])

      const clone = join(fixture.gitdir, '..', 'clone')
      await git(fixture.gitdir, 'clone', '-q', '.', clone)
      expect((await git(clone, '-c', 'core.quotePath=false', 'ls-files')).split('\n')).toEqual(paths)
      expect(await git(clone, 'show', 'HEAD:state.json')).toBe('{}')
      expect(await git(clone, 'log', '--format=%H %P')).toBe(`${head} ${root}\n${root} `.trimEnd())
    })

    it('removes everything', async () => {
      const files = Object.fromEntries((await repo.list(root, '')).map((path) => [path, null]))
      const head = await repo.commit(root, changeOf(files), by)
      expect(await repo.list(head, '')).toEqual([])
      const again = await repo.commit(head, changeOf({ 'a/b': 'c' }), by)
      expect(await repo.list(again, '')).toEqual(['a/b'])
    })

    it('turns a file into a folder and back when told so', async () => {
      const folder = await repo.commit(root, changeOf({ 'state.json': null, 'state.json/x': '1' }), by)
      expect(await repo.list(folder, 'state.json')).toEqual(['state.json/x'])
      const file = await repo.commit(folder, changeOf({ 'state.json/x': null, 'state.json': '2' }), by)
      expect(text(await repo.read(file, 'state.json'))).toBe('2')
    })

    it('tells which paths differ between two commits', async () => {
      const entries = { 'state.json': '{}', 'rounds/0/seed.json': null, 'rounds/1/a': '1', 'rounds/1/b/c': '2' }
      const next = await repo.commit(root, changeOf(entries), by)
      expect(await repo.changes(root, next)).toEqual(['rounds/0/seed.json', 'rounds/1/a', 'rounds/1/b/c', 'state.json'])
      expect(await repo.changes(next, root)).toEqual(await repo.changes(root, next))
      expect(await repo.changes(next, next)).toEqual([])
      const swapped = await repo.commit(next, changeOf({ 'rounds/1/b/c': null, 'rounds/1/b': '2' }), by)
      const fresh = await fixture.open()
      expect(await fresh.changes(next, swapped)).toEqual(['rounds/1/b', 'rounds/1/b/c'])
      const back = await repo.commit(swapped, changeOf({ 'rounds/1/b': null, 'rounds/1/b/c': '2' }), by)
      expect(await repo.changes(next, back)).toEqual([])
      const blob = await git(fixture.gitdir, 'rev-parse', `${root}:state.json`)
      const listed = `100755 blob ${blob}\tstate.json\n120000 blob ${blob}\tlink\n160000 commit ${root}\tmodule\n`
      const tree = await gitWithInput(fixture.gitdir, listed, 'mktree')
      const odd = await git(fixture.gitdir, 'commit-tree', tree.trim(), '-p', back, '-m', 'odd')
      await git(fixture.gitdir, 'update-ref', 'refs/heads/main', odd)
      await repo.head()
      expect(await repo.changes(root, odd)).toEqual(['link', 'module', 'rounds/0/seed.json', 'state.json'])
      for (const other of ['f'.repeat(40), 'main', '']) {
        await expect(repo.changes(root, other)).rejects.toMatchObject({ code: 'not-found' })
        await expect(repo.changes(other, root)).rejects.toMatchObject({ code: 'not-found' })
      }
    })

    it('keeps binary and large files to the byte', async () => {
      const large = randomBytes(5_000_000)
      const binary = Uint8Array.from({ length: 256 }, (_, i) => i)
      const head = await repo.commit(root, changeOf({ large, binary, empty: '' }), by)
      const fresh = await fixture.open()
      await fresh.head()
      expect(large.equals((await fresh.read(head, 'large')) ?? new Uint8Array())).toBe(true)
      expect([...((await fresh.read(head, 'binary')) ?? [])]).toEqual([...binary])
      expect(await fresh.read(head, 'empty')).toHaveLength(0)
    })

    it('keeps the mode of an executable', async () => {
      const blob = (await gitWithInput(fixture.gitdir, 'echo 1', 'hash-object', '-w', '--stdin')).trim()
      const tree = await gitWithInput(fixture.gitdir, `100755 blob ${blob}\trun.sh\n`, 'mktree')
      const commit = await git(fixture.gitdir, 'commit-tree', tree.trim(), '-p', root, '-m', 'x')
      await git(fixture.gitdir, 'update-ref', 'refs/heads/main', commit)
      const written = repo.commit(await repo.head(), changeOf({ 'run.sh': 'echo 2' }), by)
      if (isHostsCommit) {
        await expect(written).rejects.toMatchObject({ code: 'refused', where: 'run.sh' })
        return expect(await repo.head()).toBe(commit)
      }
      const head = await written
      expect(await git(fixture.gitdir, 'ls-tree', head)).toMatch(/^100755 /)
    })

    it('makes no commit when nothing changes', async () => {
      const same = changeOf({ 'state.json': initialFiles['state.json'], gone: null, 'a/b/c': null })
      expect(await repo.commit(root, same, by)).toBe(root)
      expect(await repo.commit(root, changeOf({}), by)).toBe(root)
      expect(await repo.head()).toBe(root)
      await repo.commit(root, changeOf({ x: '1' }), by)
      await expect(repo.commit(root, same, by)).rejects.toMatchObject({ code: 'conflict' })
    })

    it('answers a conflict and changes nothing when the branch moved', async () => {
      const other = await fixture.open()
      await other.head()
      const head = await repo.commit(root, changeOf({ 'state.json': 'first' }), by)
      const late = other.commit(root, changeOf({ 'state.json': 'second' }), by)
      await expect(late).rejects.toMatchObject({ code: 'conflict', retryable: true })
      await expect(repo.commit('1'.repeat(40), changeOf({ x: '' }), by)).rejects.toMatchObject({ code: 'conflict' })
      expect(await git(fixture.gitdir, 'rev-parse', 'main')).toBe(head)
      expect(await other.head()).toBe(head)
      expect(text(await other.read(head, 'state.json'))).toBe('first')
    })

    it('answers a conflict when the branch was set back', async () => {
      const second = await repo.commit(root, changeOf({ x: '1' }), by)
      await git(fixture.gitdir, 'update-ref', 'refs/heads/main', root)
      await expect(repo.commit(second, changeOf({ x: '2' }), by)).rejects.toMatchObject({ code: 'conflict' })
      expect(await repo.head()).toBe(root)
    })

    it('lets one of many simultaneous commits through', async () => {
      const others = await Promise.all(Array.from({ length: 6 }, () => fixture.open()))
      await Promise.all(others.map((one) => one.head()))
      const commits = others.map((one, i) => one.commit(root, changeOf({ 'state.json': `${i}` }), by))
      const settled = await Promise.allSettled(commits)
      const won = settled.filter((one) => one.status === 'fulfilled')
      expect(won.map((one) => one.value)).toEqual([await repo.head()])
      for (const one of settled) {
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'conflict' })
      }
    })

    itOfOurs('gives the same id for the same inputs', async () => {
      const change = changeOf({ x: '1', 'y/z': '2' })
      const head = await repo.commit(root, change, by)
      await git(fixture.gitdir, 'update-ref', 'refs/heads/main', root)
      expect(await (await fixture.open()).commit(root, change, { ...by, at: new Date(+by.at + 300) })).toBe(head)
      await git(fixture.gitdir, 'update-ref', 'refs/heads/main', root)
      expect(await repo.commit(root, change, { ...by, at: new Date(+by.at + 1000) })).not.toBe(head)
    })

    it('writes identity, time, message and trailers for everybody to read', async () => {
      const trailers = { 'Roundkeeper-Stage': 'duels', Evidence: 'sha256:aa\nFake: yes\r\n\r\nMore: x', Empty: '' }
      const change = { ...changeOf({ x: '1' }, 'Round 1: duels\n\n5F beat 5G\n---\nnot a patch'), trailers }
      const head = await repo.commit(root, change, { ...by, name: 'Judge <root>\n', email: ' judge@example.org>' })
      if (!isHostsCommit) {
        const header = await git(fixture.gitdir, 'cat-file', 'commit', head)
        expect(header).toMatch(/^author Judge root <judge@example.org> 1767323045 \+0000$/m)
        expect(header).toMatch(/^committer Judge root <judge@example.org> 1767323045 \+0000$/m)
      }
      const parsed = await gitWithInput(
        fixture.gitdir,
        await git(fixture.gitdir, 'log', '-1', '--format=%B'),
        'interpret-trailers',
        '--parse',
      )
      expect(parsed).toBe('Roundkeeper-Stage: duels\nEvidence: sha256:aa Fake: yes More: x\nEmpty: \n')

      const [info] = await collect(repo.log(head))
      const judge = { name: 'Judge root', email: 'judge@example.org', at: new Date('2026-01-02T03:04:05Z') }
      expect(info).toMatchObject({ oid: head, parents: [root] })
      expect(`${info?.message.trimEnd()}\n`).toBe(formatMessage(change.message, trailers))
      if (!isHostsCommit) {
        expect(info).toEqual({ oid: head, parents: [root], message: info?.message, author: judge, committer: judge })
        expect(info?.message).toBe(formatMessage(change.message, trailers))
      }
      expect(parseMessage(info?.message ?? '').trailers['Roundkeeper-Stage']).toBe('duels')
    })

    const itSigns = isHostsCommit ? () => {} : it.skipIf(withoutSsh)
    itSigns('signs for whoever brings a key: git finds the signature good, and ids stay the same', async () => {
      const signer = PrivateKey.fromSeed(Buffer.alloc(32, 5))
      const change = { ...changeOf({ x: 'ä' }, 'Käse\n\n gpgsig is a word'), trailers: { Round: '1' } }
      const head = await repo.commit(root, change, { ...by, signer })
      const list = join(fixture.gitdir, '..', 'allowed')
      const verifies = async (who: string, commit: string) => {
        await writeFile(list, `judge@example.org ${who}\n`)
        const args = ['-c', `gpg.ssh.allowedSignersFile=${list}`, 'verify-commit', commit]
        return git(fixture.gitdir, ...args).then(
          () => true,
          () => false,
        )
      }
      expect(await verifies(formatPublicKey(signer.publicKey), head)).toBe(true)
      expect(await verifies(formatPublicKey(PrivateKey.generate().publicKey), head)).toBe(false)
      expect(await verifies(formatPublicKey(signer.publicKey), root)).toBe(false)
      const [info] = await collect(repo.log(head))
      expect(info?.message).toBe(formatMessage(change.message, change.trailers))
      await git(fixture.gitdir, 'update-ref', 'refs/heads/main', root)
      expect(await (await fixture.open()).commit(root, change, { ...by, signer })).toBe(head)
      const next = await repo.commit(head, changeOf({ x: '2' }), { ...by, signer: PrivateKey.generate() })
      expect(await verifies(formatPublicKey(signer.publicKey), next)).toBe(false)
    })

    it('walks the history from any commit to the root', async () => {
      const heads = [root]
      for (let i = 1; i <= 5; i++) {
        const at = new Date(+by.at + i * 1000)
        heads.unshift(await repo.commit(heads[0] ?? '', changeOf({ i: `${i}` }, `commit ${i}`), { ...by, at }))
      }
      const fresh = await fixture.open()
      expect((await collect(fresh.log(await fresh.head()))).map(({ oid }) => oid)).toEqual(heads)
      expect((await collect(fresh.log(heads[2] ?? ''))).map(({ oid }) => oid)).toEqual(heads.slice(2))
      const another = await fixture.open()
      expect(text(await another.read(heads[3] ?? '', 'i'))).toBe('2')
      expect(await another.list(heads[5] ?? '', '')).toEqual(['rounds/0/seed.json', 'state.json'])
    })

    it('walks through merges, each commit once', async () => {
      const tree = await git(fixture.gitdir, 'rev-parse', `${root}^{tree}`)
      const left = await git(fixture.gitdir, 'commit-tree', tree, '-p', root, '-m', 'left')
      const right = await git(fixture.gitdir, 'commit-tree', tree, '-p', root, '-m', 'right')
      const merge = await git(fixture.gitdir, 'commit-tree', tree, '-p', left, '-p', right, '-m', 'merge')
      await git(fixture.gitdir, 'update-ref', 'refs/heads/main', merge)
      const head = await repo.head()
      const oids = (await collect(repo.log(head))).map(({ oid }) => oid)
      expect(oids.slice(0, 1).concat(oids.slice(1, 3).sort(), oids.slice(3))).toEqual([
        merge,
        ...[left, right].sort(),
        root,
      ])
    })

    const badPaths = [
      ...['', '/x', 'x/', 'a//b', '.', '..', 'a/../b', './a', '../a', 'a\\b', 'a\nb', 'a\0b', '\u007f'],
      ...['.git', '.GIT/config', 'a/.Git/hooks/x', 'git~1', '.git ', '.git.', '.git::$INDEX_ALLOCATION', '.g\u200cit'],
      ...['\ud800', 'x'.repeat(256), 'x/'.repeat(3000).concat('x')],
    ]
    it('refuses paths that git or a file system would trip over, and writes nothing', async () => {
      for (const path of badPaths) {
        for (const content of ['x', null]) {
          const change = changeOf({ fine: 'y', [path]: content })
          const commit = repo.commit(root, change, by)
          await expect(commit, JSON.stringify(path.slice(0, 40))).rejects.toMatchObject({ code: 'usage' })
        }
      }
      expect(await repo.head()).toBe(root)
    })

    it('refuses a name that would be a file and a folder', async () => {
      for (const paths of [['state.json/x'], ['rounds'], ['rounds/0'], ['a', 'a/b']]) {
        const change = changeOf(Object.fromEntries(paths.map((path) => [path, '1'])))
        await expect(repo.commit(root, change, by)).rejects.toMatchObject({ code: 'usage' })
      }
      expect(await repo.head()).toBe(root)
    })

    it('refuses an empty message, a malformed trailer and a nameless author', async () => {
      const change = changeOf({ x: '1' })
      const refused = { code: 'usage' }
      await expect(repo.commit(root, { ...change, message: ' \n' }, by)).rejects.toMatchObject(refused)
      await expect(repo.commit(root, { ...change, trailers: { 'a b': 'c' } }, by)).rejects.toMatchObject(refused)
      await expect(repo.commit(root, change, { ...by, name: '<>' })).rejects.toMatchObject(refused)
      await expect(repo.commit(root, change, { ...by, at: new Date(Number.NaN) })).rejects.toMatchObject(refused)
      expect(await repo.head()).toBe(root)
    })

    it('works on after git gc and with commits of stock git', async () => {
      await repo.commit(root, changeOf({ x: '1' }), by)
      const clone = join(fixture.gitdir, '..', 'clone')
      await git(fixture.gitdir, 'clone', '-q', '.', clone)
      await git(clone, 'commit', '-q', '--allow-empty', '-m', 'by hand')
      await git(clone, 'push', '-q', 'origin', 'HEAD:main')
      await git(fixture.gitdir, 'gc', '-q', '--prune=now')
      const packed = await repo.head()
      expect(packed).toBe(await git(clone, 'rev-parse', 'HEAD'))
      const head = await repo.commit(packed, changeOf({ x: '2' }), by)
      expect(text(await repo.read(head, 'x'))).toBe('2')
      expect(await git(fixture.gitdir, 'rev-parse', 'main')).toBe(head)
      await git(fixture.gitdir, 'gc', '-q', '--prune=now')
      expect(text(await repo.read(root, 'state.json'))).toBe(initialFiles['state.json'])
      expect(await collect(repo.log(await repo.head()))).toHaveLength(4)
    })

    it('commits a thousand files at once', async () => {
      const entries = Array.from({ length: 1000 }, (_, i) => [`rounds/1/hotkey-${i % 40}/file-${i}.json`, `${i}`])
      const head = await repo.commit(root, changeOf(Object.fromEntries(entries)), by)
      expect(await repo.list(head, 'rounds/1')).toEqual(entries.map(([path]) => path).sort())
    })
  })
}

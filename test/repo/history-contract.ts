/** What every History must do, whatever reads it and wherever it is; checked with stock git. */
import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type History, type HistoryCommit, MAX_HISTORY_BLOB_BYTES } from '../../src/repo/history.ts'
import { type OpenHistoryOptions, openHistory } from '../../src/repo/open-history.ts'
import { startGitHttpServer } from '../support/git-http-server.ts'
import { fastImport, writeObject } from './odd-repository.ts'
import { git, type TemporaryFolder, temporaryFolder } from './support.ts'

const auth = { username: 'reader', password: 'p@ss-word' }

/** As text, for comparing: bytes by their digest. */
export async function told(history: History, since?: string) {
  return Array.fromAsync(history.commits(since), ({ raw, changed, ...commit }) => ({
    ...commit,
    raw: Buffer.from(raw).toString('latin1'),
    changed: changed.map(({ path, before, after }) => ({ path, before, after: after && digested(after) })),
  }))
}

const digested = ({ bytes, ...record }: NonNullable<HistoryCommit['changed'][number]['after']>) => ({
  ...record,
  sha256: bytes && createHash('sha256').update(bytes).digest('hex'),
})

export function historyContract(backend: History['backend']): void {
  const open = (source: string, options: OpenHistoryOptions = {}) => openHistory(source, { backend, ...options })

  describe(`History through ${backend}`, () => {
    /** A commit of a tree on top of `main`. */
    const commitOf = async (copy: string, tree: string) => {
      const text = `tree ${tree}\nparent ${heads[4]}\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\n\nx\n`
      const commit = await writeObject(copy, 'commit', Buffer.from(text))
      await writeFile(join(copy, 'refs/heads/main'), `${commit}\n`)
      await rm(join(copy, 'packed-refs'), { force: true })
    }

    let folder: TemporaryFolder
    let gitdir: string
    let heads: string[]

    beforeAll(async () => {
      folder = await temporaryFolder()
      gitdir = join(folder.path, 'competition.git')
      await fastImport(gitdir, [
        { message: 'Begin', files: { 'state.json': '{}', 'rounds/0/seed.json': '{"seed": 1}', 'a/b/c': '1' } },
        { message: 'Round 0: duels', files: { 'state.json': '{"stage": "duels"}', 'rounds/0/seed.json': null } },
        { message: 'Nothing', files: {} },
        { message: 'Swap', files: { 'a/b/c': null, 'a/b': 'now a file', 'state.json/x': 'now a folder' } },
        { message: 'Swap back', files: { 'a/b/c': '2', 'state.json': '{}' } },
      ])
      heads = (await git(gitdir, 'rev-list', '--reverse', 'main')).split('\n')
    })
    afterAll(() => folder[Symbol.asyncDispose]())

    it('tells every commit, oldest first, with what it changed', async () => {
      await using history = await open(gitdir)
      expect(history).toMatchObject({ backend, id: gitdir, head: heads.at(-1) })
      expect(await history.count()).toBe(5)
      const commits = await Array.fromAsync(history.commits())
      expect(commits.map(({ oid }) => oid)).toEqual(heads)
      expect(commits.map(({ message }) => message.trim())).toEqual([
        'Begin',
        'Round 0: duels',
        'Nothing',
        'Swap',
        'Swap back',
      ])
      const [first, second, third, swap, back] = commits.map(({ changed }) =>
        changed.map(({ path, before, after }) => [
          path,
          before !== undefined,
          after?.bytes && Buffer.from(after.bytes).toString(),
        ]),
      )
      expect(first).toEqual([
        ['a/b/c', false, '1'],
        ['rounds/0/seed.json', false, '{"seed": 1}'],
        ['state.json', false, '{}'],
      ])
      expect(second).toEqual([
        ['rounds/0/seed.json', true, undefined],
        ['state.json', true, '{"stage": "duels"}'],
      ])
      expect(third).toEqual([])
      expect(swap).toEqual([
        ['a/b', false, 'now a file'],
        ['a/b/c', true, undefined],
        ['state.json', true, undefined],
        ['state.json/x', false, 'now a folder'],
      ])
      expect(back).toEqual([
        ['a/b', true, undefined],
        ['a/b/c', false, '2'],
        ['state.json', false, '{}'],
        ['state.json/x', true, undefined],
      ])
    })

    it('gives commits as git stores them', async () => {
      await using history = await open(gitdir)
      for await (const { oid, raw, parents, author, committer } of history.commits()) {
        expect(`${Buffer.from(raw)}`.trimEnd()).toBe(await git(gitdir, 'cat-file', 'commit', oid))
        expect(createHash('sha1').update(`commit ${raw.length}\0`).update(raw).digest('hex')).toBe(oid)
        expect(parents.join(' ')).toBe(await git(gitdir, 'log', '-1', '--format=%P', oid))
        const shown = await git(gitdir, 'log', '-1', '--format=%an|%ae|%at|%cn|%ce|%ct', oid)
        const text = [author, committer].map(({ name, email, at }) => `${name}|${email}|${+at / 1000}`)
        expect(text.join('|')).toBe(shown)
      }
    })

    it('begins after a commit, if that is in the history', async () => {
      await using history = await open(gitdir)
      for (const [i, since] of heads.entries()) {
        expect(await history.count(since)).toBe(heads.length - i - 1)
        expect(await told(history, since)).toEqual((await told(history)).slice(i + 1))
      }
      for (const since of ['f'.repeat(40), 'main', '', '--all']) {
        await expect(told(history, since), since).rejects.toMatchObject({ code: 'not-found' })
        await expect(history.count(since), since).rejects.toMatchObject({ code: 'not-found' })
      }
    })

    it('reads trees and blobs, also in the middle of a walk', async () => {
      await using history = await open(gitdir)
      const seed = createHash('sha1').update('blob 11\0{"seed": 1}').digest('hex')
      for await (const { oid } of history.commits()) {
        const shown = await git(gitdir, 'ls-tree', '-r', oid)
        const tree = Array.from(
          await history.tree(oid),
          ([path, record]) => `${record.mode} blob ${record.oid}\t${path}`,
        )
        expect(tree.join('\n')).toBe(shown)
        expect(Buffer.from((await history.blob(seed)) ?? []).toString()).toBe('{"seed": 1}')
      }
      for (const oid of ['f'.repeat(40), heads[0] ?? '', 'HEAD', '', '--help', 'a\nb']) {
        await expect(history.blob(oid), oid).rejects.toMatchObject({ code: 'not-found' })
      }
      for (const oid of ['f'.repeat(40), seed, 'HEAD', '', 'a b']) {
        await expect(history.tree(oid), oid).rejects.toMatchObject({ code: 'not-found' })
      }
      expect(await history.blob(seed)).toHaveLength(11)
    })

    it('can be walked many times at once, and left in the middle', async () => {
      await using history = await open(gitdir)
      const whole = await told(history)
      expect(await Promise.all([told(history), told(history), told(history)])).toEqual([whole, whole, whole])
      for await (const { oid } of history.commits()) {
        if (oid === heads[1]) break
      }
      expect(await told(history)).toEqual(whole)
    })

    it('leaves nothing running', async () => {
      const running = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length
      const before = running()
      const history = await open(gitdir)
      for await (const { oid } of history.commits()) {
        await history.blob((await git(gitdir, 'rev-parse', `${oid}:a/b/c`).catch(() => '')) || 'x').catch(() => {})
        break
      }
      await history[Symbol.asyncDispose]()
      // Another's, of an earlier test, may have ended meanwhile.
      expect(running()).toBeLessThanOrEqual(before)
    })

    it('is the same from a clone, a work tree of its own, a bundle and a URL', async () => {
      await using there = await open(gitdir)
      const whole = await told(there)
      const bundle = join(folder.path, 'competition.bundle')
      await git(gitdir, 'bundle', 'create', '-q', bundle, 'main')
      await git(folder.path, 'clone', '-q', gitdir, 'clone')
      await git(join(folder.path, 'clone'), 'worktree', 'add', '-q', '../beside', 'HEAD')
      await using server = await startGitHttpServer(folder.path)
      const url = `${server.url}/competition.git`
      for (const source of [join(folder.path, 'clone'), join(folder.path, 'beside'), bundle, url]) {
        await using history = await open(source)
        expect(history.id).toBe(source)
        expect(await told(history), source).toEqual(whole)
      }
    })

    it('takes a password from the URL or asks for it, and tells nobody', async () => {
      const seen: string[] = []
      await using server = await startGitHttpServer(folder.path, {
        auth,
        before: async () => void seen.push(await commandLines()),
      })
      const url = `${server.url}/competition.git`
      const login = `${auth.username}:${encodeURIComponent(auth.password)}`
      for (const [source, options] of [
        [url.replace('//', `//${login}@`), {}],
        [url, { credentials: () => auth }],
      ] as const) {
        await using history = await open(source, options)
        expect(history.id).toBe(url)
        expect(await history.count()).toBe(5)
      }
      expect(seen.length).toBeGreaterThan(1)
      for (const lines of seen) expect(lines).not.toContain('ss-word')
      await expect(open(url)).rejects.toMatchObject({ code: 'unauthorised', where: url })
      const wrong = { ...auth, password: 'no' }
      await expect(open(url, { credentials: () => wrong })).rejects.toMatchObject({ code: 'unauthorised' })
      await expect(open(`${server.url}/nothing.git`, { credentials: () => auth })).rejects.toMatchObject({
        code: 'not-found',
      })
    })

    it('says what is wrong with a source', async () => {
      const empty = join(folder.path, 'empty.git')
      await git(folder.path, 'init', '-q', '--bare', empty)
      await expect(open(join(folder.path, 'nothing'))).rejects.toMatchObject({ code: 'not-found' })
      await expect(open(folder.path)).rejects.toMatchObject({ code: 'not-found' })
      await expect(open(empty)).rejects.toMatchObject({ code: 'not-found', message: 'the repository is empty' })
      for (const branch of ['no', '../../HEAD', '--all', '']) {
        const refused = { code: 'not-found', hint: expect.stringContaining('main') }
        await expect(open(gitdir, { branch }), branch).rejects.toMatchObject(refused)
      }
      const bundle = join(folder.path, 'damaged.bundle')
      await git(gitdir, 'bundle', 'create', '-q', bundle, 'main')
      const bytes = await readFile(bundle)
      bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1
      for (const damaged of [bytes, bytes.subarray(0, -1), 'no bundle', '']) {
        await writeFile(bundle, damaged)
        await expect(open(bundle)).rejects.toMatchObject({ code: 'refused', where: bundle })
      }
      await git(gitdir, 'bundle', 'create', '-q', bundle, 'main', '^main^')
      await expect(open(bundle)).rejects.toMatchObject({ code: 'refused' })
      const other = join(folder.path, 'sha256.git')
      await git(folder.path, 'init', '-q', '--bare', '--object-format=sha256', other)
      await expect(open(other)).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('SHA-256') })
    })

    it('says how to complete a clone that is not whole', async () => {
      const file = `file://${gitdir}`
      await git(folder.path, 'clone', '-q', '--bare', '--depth', '2', file, 'shallow.git')
      await using shallow = await open(join(folder.path, 'shallow.git'))
      const wanted = { code: 'not-found', hint: expect.stringContaining('git fetch --unshallow') }
      await expect(shallow.count()).rejects.toMatchObject(wanted)
      await expect(told(shallow)).rejects.toMatchObject(wanted)
      await git(gitdir, 'config', 'uploadpack.allowFilter', 'true')
      await git(folder.path, 'clone', '-q', '--bare', '--filter=blob:none', file, 'partial.git')
      await using partial = await open(join(folder.path, 'partial.git'))
      const whole = { code: 'not-found', hint: expect.stringContaining('without --filter') }
      await expect(told(partial)).rejects.toMatchObject(whole)
    })

    it('trusts no object', async () => {
      const names = { blob: 'main:a/b/c', tree: 'main:a', root: 'main^{tree}', commit: 'main~2' }
      for (const [kind, name] of Object.entries(names)) {
        const copy = join(folder.path, `${kind}.git`)
        await git(folder.path, 'clone', '-q', '--bare', '--no-hardlinks', gitdir, copy)
        await looseObjects(copy)
        const oid = await git(copy, 'rev-parse', name)
        const type = kind === 'root' ? 'tree' : kind
        const other = type === 'tree' ? '100644 x\0'.concat('a'.repeat(20)) : 'other'
        const bytes = type === 'commit' ? `${await git(copy, 'cat-file', 'commit', oid)}, or so` : other
        const path = join(copy, 'objects', oid.slice(0, 2), oid.slice(2))
        await chmod(path, 0o644)
        await writeFile(path, deflateSync(Buffer.from(`${type} ${bytes.length}\0${bytes}`)))
        await using damaged = await open(copy)
        await expect(told(damaged), kind).rejects.toMatchObject({ code: 'not-found', where: copy })
        await rm(path)
        await using missing = await open(copy)
        const hint = expect.stringContaining('git fsck')
        await expect(told(missing), kind).rejects.toMatchObject({ code: 'not-found', hint })
      }
    })

    it('looks at objects only: not at grafts, replacements, settings or hooks', async () => {
      const copy = join(folder.path, 'hostile')
      await git(folder.path, 'clone', '-q', '--no-hardlinks', gitdir, copy)
      const inside = join(copy, '.git')
      const marker = join(folder.path, 'it-ran')
      const act = join(folder.path, 'act.sh')
      await writeFile(act, `#!/bin/sh\ntouch '${marker}'\nexit 1\n`, { mode: 0o755 })
      const first = await git(copy, 'rev-parse', 'main~3')
      await git(copy, 'replace', 'main~1', first)
      await git(copy, 'replace', 'main:a/b/c', await git(copy, 'rev-parse', 'main:state.json'))
      await mkdir(join(inside, 'info'), { recursive: true })
      await writeFile(join(inside, 'info', 'grafts'), `${await git(copy, 'rev-parse', 'main~2')}\n`)
      const settings = [
        ...['core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.editor', 'core.askPass', 'gpg.program'],
        ...['gpg.ssh.program', 'diff.external', 'diff.x.textconv', 'diff.x.command', 'filter.x.smudge', 'pager.log'],
        ...['remote.origin.uploadpack', 'credential.helper', 'uploadpack.packObjectsHook', 'core.alternateRefsCommand'],
      ]
      for (const setting of settings) await git(copy, 'config', setting, act)
      const words = { 'log.showSignature': 'true', 'diff.relative': 'true', 'diff.ignoreSubmodules': 'all' }
      for (const [setting, word] of Object.entries(words)) await git(copy, 'config', setting, word)
      await git(copy, 'config', 'alias.cat-file', `!${act}`)
      await writeFile(join(inside, 'info', 'attributes'), '* diff=x filter=x\n')
      await mkdir(join(inside, 'hooks'), { recursive: true })
      for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change', 'pre-auto-gc'])
        await cp(act, join(inside, 'hooks', hook))
      await using whole = await open(gitdir)
      await using hostile = await open(copy)
      expect(await told(hostile)).toEqual(await told(whole))
      await expect(stat(marker)).rejects.toThrow()
    })

    it('takes nothing from the environment of whoever runs it', async () => {
      const variables = { GIT_DIR: folder.path, GIT_EXTERNAL_DIFF: 'false', GIT_TRACE: '1', GIT_OBJECT_DIRECTORY: '/' }
      const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]))
      Object.assign(process.env, variables)
      try {
        await using history = await open(gitdir)
        expect((await told(history)).map(({ oid }) => oid)).toEqual(heads)
      } finally {
        for (const [name, value] of Object.entries(before)) {
          if (value === undefined) delete process.env[name]
          else process.env[name] = value
        }
      }
    })

    it('follows first parents and names what a merge brought', async () => {
      const copy = join(folder.path, 'merge.git')
      await git(folder.path, 'clone', '-q', '--bare', '--no-hardlinks', gitdir, copy)
      const [root = '', , , , tip = ''] = heads
      const empty = await git(copy, 'rev-parse', `${root}^{tree}`)
      const side = await git(copy, 'commit-tree', empty, '-p', root, '-m', 'side')
      const merge = await git(copy, 'commit-tree', empty, '-p', tip, '-p', side, '-m', 'merge')
      await git(copy, 'update-ref', 'refs/heads/main', merge)
      await using history = await open(copy)
      const commits = await told(history)
      expect(commits.map(({ oid }) => oid)).toEqual([...heads, merge])
      expect(commits.at(-1)?.parents).toEqual([tip, side])
      const names = await git(copy, 'diff', '--name-only', tip, merge)
      expect(commits.at(-1)?.changed.map(({ path }) => path)).toEqual(names.split('\n'))
      await expect(history.count(side)).rejects.toMatchObject({ code: 'not-found' })
    })

    it('names blobs above the limit without reading them', async () => {
      const large = join(folder.path, 'large.git')
      const tooLarge = 'x'.repeat(MAX_HISTORY_BLOB_BYTES + 1)
      await fastImport(large, [{ message: 'Large', files: { a: tooLarge, b: 'small' } }])
      await using history = await open(large)
      const [commit] = await Array.fromAsync(history.commits())
      const [a, b] = commit?.changed ?? []
      expect(a?.after).toEqual({ mode: '100644', oid: a?.after?.oid, size: MAX_HISTORY_BLOB_BYTES + 1 })
      expect(b?.after).toMatchObject({ size: 5, bytes: Buffer.from('small') })
      expect(await history.blob(a?.after?.oid ?? '')).toBeUndefined()
    })

    it('is not exhausted by folders that hold others many times over', async () => {
      const copy = join(folder.path, 'bomb.git')
      await git(folder.path, 'clone', '-q', '--bare', '--no-hardlinks', gitdir, copy)
      let id = await git(gitdir, 'rev-parse', 'main:a/b/c')
      for (let depth = 0; depth < 6; depth++) {
        const mode = depth === 0 ? '100644' : '40000'
        const entries = Array.from({ length: 10 }, (_, i) => [Buffer.from(`${mode} ${i}\0`), Buffer.from(id, 'hex')])
        id = await writeObject(copy, 'tree', Buffer.concat(entries.flat()))
      }
      await commitOf(copy, id)
      await using history = await open(copy)
      await expect(told(history)).rejects.toMatchObject({ code: 'refused' })
      await expect(history.tree(history.head)).rejects.toMatchObject({ code: 'refused' })
    })

    it('refuses folders that no git makes', async () => {
      const copy = join(folder.path, 'malformed.git')
      const blob = Buffer.from(await git(gitdir, 'rev-parse', 'main:a/b/c'), 'hex')
      const entry = (name: string) => Buffer.concat([Buffer.from(`100644 ${name}\0`), blob])
      const below = (name: string) => Buffer.from(entry(name).toString('latin1').replace('100644', '40000'), 'latin1')
      const malformed = [[entry('a'), entry('a')], [entry('a/b')], [entry('')], [entry('a').subarray(0, 20)]]
      malformed.push(
        [entry('a'), entry('a-'), below('a')],
        [entry('a'), entry('b').subarray(0, -1)],
        [entry('b'), entry('a')],
      )
      for (const parts of malformed) {
        await rm(copy, { recursive: true, force: true })
        await git(folder.path, 'clone', '-q', '--bare', '--no-hardlinks', gitdir, copy)
        const tree = await writeObject(copy, 'tree', Buffer.concat(parts))
        await commitOf(copy, tree)
        await using history = await open(copy)
        await expect(told(history)).rejects.toMatchObject({ code: 'not-found' })
      }
    })
  })
}

/** Every object in a file of its own. */
async function looseObjects(gitdir: string): Promise<void> {
  const packs = join(gitdir, 'objects', 'pack')
  for (const name of await readdir(packs)) {
    const bytes = await readFile(join(packs, name))
    await rm(join(packs, name), { force: true })
    if (name.endsWith('.pack')) await unpack(gitdir, bytes)
  }
}

async function unpack(gitdir: string, pack: Buffer): Promise<void> {
  const { spawnSync } = await import('node:child_process')
  const { status } = spawnSync('git', ['unpack-objects', '-q'], { cwd: gitdir, input: pack })
  if (status !== 0) throw new Error('git unpack-objects failed')
}

/** Of every process on this machine that may be looked at. */
async function commandLines(): Promise<string> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return lines.join('\n')
}

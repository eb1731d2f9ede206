// Whether a repository has a commit, asked of stock git behind HTTP, and of hosts that misbehave.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GitCodeHost } from '../../src/repo/git-code-host.ts'
import { DELIMITER, FLUSH, pktLine } from '../../src/repo/pkt-line.ts'
import { type GitHttpOptions, startGitHttpServer } from '../support/git-http-server.ts'
import { gitIsMissing, temporaryFolder } from './support.ts'

const missing = await gitIsMissing()
const never = new AbortController().signal
const NONE = 'ab'.repeat(20)

describe.skipIf(missing)('a git host', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const commits: string[] = []
  let tree = ''

  const gitdir = () => join(folder.path, 'ann', 'model.git')

  beforeAll(async () => {
    folder = await temporaryFolder()
    const dir = gitdir()
    const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', HOME: folder.path }
    const git = (input: string, ...args: string[]) =>
      execFileSync('git', ['--git-dir', dir, ...args], { input, encoding: 'utf8', env }).trim()
    git('', 'init', '-q', '--bare', dir)
    const blob = git('x'.repeat(100_000), 'hash-object', '-w', '--stdin')
    tree = git(`100644 blob ${blob}\tmodel.py\n`, 'mktree')
    const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@miner.test']
    for (const message of ['first', 'second', 'third']) {
      const parents = commits.slice(-1).flatMap((oid) => ['-p', oid])
      commits.push(git(message, ...identity, 'commit-tree', tree, ...parents))
    }
    git('', 'update-ref', 'refs/heads/main', commits[2] ?? '')
    execFileSync('git', ['clone', '-q', '--bare', dir, join(folder.path, 'ann', 'lean.git')], { env })
    execFileSync('git', ['--git-dir', join(folder.path, 'ann', 'lean.git'), 'config', 'uploadpack.allowFilter', 'true'])
    execFileSync('git', ['init', '-q', '--bare', join(folder.path, 'ann', 'empty.git')], { env })
  })
  afterAll(async () => {
    await folder[Symbol.asyncDispose]()
  })

  async function asking(options: GitHttpOptions = {}, more: { timeoutMs?: number } = {}) {
    const server = await startGitHttpServer(folder.path, options)
    const host = new GitCodeHost({ baseUrl: `${server.url}/`, ...more })
    return {
      server,
      find: (repo: string, commit: string) => host.find(repo, commit, never),
      ask: async (repo: string, commit: string, signal = never) => (await host.find(repo, commit, signal)).found,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  }

  it('has no commit that is too large to be read, which is no silence', async () => {
    const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', HOME: folder.path }
    const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@miner.test']
    for (const input of ['x'.repeat(2_000_000), randomBytes(1_500_000).toString('hex')]) {
      const args = ['--git-dir', gitdir(), ...identity, 'commit-tree', tree]
      const oid = execFileSync('git', args, { input, encoding: 'utf8', env }).trim()
      execFileSync('git', ['--git-dir', gitdir(), 'update-ref', `refs/heads/${oid}`, oid], { env })
      await using to = await asking()
      expect(await to.ask('ann/model', oid)).toBe('no')
    }
  })

  it.each(['ann/model', 'ann/lean'])('%s has every commit of its history, and no other', async (repo) => {
    await using to = await asking()
    expect(await Promise.all(commits.map((oid) => to.ask(repo, oid)))).toEqual(['yes', 'yes', 'yes'])
    expect(await to.ask(repo, NONE)).toBe('no')
    expect(to.server.requests).toHaveLength(8)
  })

  it('answers whose a commit says it is, as git writes that and in any bytes', async () => {
    const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', HOME: folder.path }
    const git = (input: string | Buffer, ...args: string[]) =>
      execFileSync('git', args, { input, env, maxBuffer: 4 * 1024 * 1024, stdio: ['pipe', 'pipe', 'ignore'] })
        .toString()
        .trimEnd()
    const signed = (message: string, ...hotkeys: string[]) =>
      git(message, 'interpret-trailers', ...hotkeys.flatMap((hotkey) => ['--trailer', `Hotkey: ${hotkey}`]))
    const made = (message: string | Buffer) =>
      git(message, '--git-dir', gitdir(), '-c', 'user.name=Ann', '-c', 'user.email=ann@miner.test', 'commit-tree', tree)
    const [ann, bob] = ['5F3sa2TJAWMqDhXG6jhV4N8ko9SxwGy8TpaNS1repo5EYjQX', `5${'B'.repeat(47)}`]
    await using to = await asking()
    const said = async (message: string | Buffer) => to.find('ann/model', made(message))
    expect(await said('Model\n')).toEqual({ found: 'yes' })
    expect(await said(signed('Model\n', ann))).toEqual({ found: 'yes', hotkey: ann })
    expect(await said(signed('Model\n\nIt is.\n\nSigned-off-by: Ann <a@b.c>\n', ann))).toEqual({
      found: 'yes',
      hotkey: ann,
    })
    expect(await said(signed('Model\n', ann, bob))).toEqual({ found: 'yes', hotkey: null })
    const strange = Buffer.concat([Buffer.from([0xff, 0xfe, 0x80, 10, 10]), Buffer.from(signed('Model\n', ann))])
    expect(await said(strange)).toEqual({ found: 'yes', hotkey: ann })
    expect(await said(signed(`Model\n\n${'many words '.repeat(90_000)}\n`, ann))).toEqual({ found: 'yes', hotkey: ann })
    // More than anybody reads: as if the host had said nothing.
    expect(await said(signed(`Model\n\n${'too many words '.repeat(90_000)}\n`, ann))).toEqual({ found: 'no' })
  })

  it('has no commit that is a tree, or no id at all', async () => {
    await using to = await asking()
    expect(await to.ask('ann/lean', tree)).toBe('no')
    expect(await to.ask('ann/model', 'main')).toBe('no')
  })

  it('has nothing in a repository that is empty, private or not there', async () => {
    await using to = await asking()
    expect(await to.ask('ann/empty', NONE)).toBe('no')
    expect(await to.ask('ann/none', NONE)).toBe('no')
    for (const strange of ['../ann/model', 'ann/..', 'ann', 'ann/model/x', 'ann/mo?del']) {
      expect(await to.ask(strange, commits[0] ?? '')).toBe('no')
    }
    await using locked = await asking({ auth: { username: 'ann', password: 'secret' } })
    expect(await locked.ask('ann/model', commits[0] ?? '')).toBe('no')
  })

  it('is followed to where it says that a repository has moved, on the same host', async () => {
    const redirect = (to: (path: string) => string): GitHttpOptions => ({
      intercept: ({ url = '' }, response) => {
        if (!url.startsWith('/old/')) return false
        response.writeHead(301, { location: to(url.replace('/old/', '/ann/')) }).end()
        return true
      },
    })
    await using to = await asking(redirect((path) => path))
    expect(await to.ask('old/model', commits[0] ?? '')).toBe('yes')
    await using elsewhere = await asking(redirect((path) => `http://localhost:1${path}`))
    expect(await elsewhere.ask('old/model', commits[0] ?? '')).toBe('unknown')
    await using circle = await asking(redirect((path) => path.replace('/ann/', '/old/')))
    expect(await circle.ask('old/model', commits[0] ?? '')).toBe('unknown')
  })

  const answering = (answer: (response: ServerResponse) => void): GitHttpOptions => ({
    intercept: ({ method }, response) => {
      if (method !== 'POST') return false
      answer(response)
      return true
    },
  })

  it.each<[string, GitHttpOptions]>([
    ['is broken', { intercept: (_, response) => Boolean(response.writeHead(503).end()) }],
    ['limits the rate', { intercept: (_, response) => Boolean(response.writeHead(429).end()) }],
    ['is no git host', { intercept: (_, response) => Boolean(response.end('<html>hello</html>')) }],
    ['speaks an older protocol only', { intercept: ({ headers }) => Boolean(delete headers['git-protocol']) && false }],
    ['breaks off', { loseAnswer: () => true }],
    ['says nothing about it', answering((response) => response.end('0000'))],
    ['answers with noise', answering((response) => response.end(Buffer.alloc(5000, 0xff)))],
    ['answers with half a pack', answering((response) => response.end('000dpackfile\n0009\u0001PACK'))],
    ['never ends', answering((response) => response.write('000dpackfile\n'))],
    [
      'floods',
      answering((response) => {
        const more = () => !response.destroyed && response.write(Buffer.alloc(65_536, '0'), more)
        more()
      }),
    ],
  ])('that %s is not known to have a commit, nor to lack one', async (_, options) => {
    await using to = await asking(options, { timeoutMs: 500 })
    expect(await to.ask('ann/model', commits[0] ?? '')).toBe('unknown')
  })

  it('cannot pass another commit off as the one that was asked for', async () => {
    const other = commits[1] ?? ''
    await using real = await asking()
    let served = Buffer.alloc(0)
    await using proxy = await asking(answering((response) => response.end(served)))
    const wanted = ['no-progress\n', `want ${other}\n`, 'deepen 1\n', 'done\n'].map(pktLine).join('')
    const body = `${pktLine('command=fetch\n')}${DELIMITER}${wanted}${FLUSH}`
    const headers = { 'git-protocol': 'version=2', 'content-type': 'application/x-git-upload-pack-request' }
    const url = `${real.server.url}/ann/model.git/git-upload-pack`
    served = Buffer.from(await (await fetch(url, { method: 'POST', headers, body })).arrayBuffer())
    expect(await proxy.ask('ann/model', other)).toBe('yes')
    expect(await proxy.ask('ann/model', commits[0] ?? '')).toBe('unknown')
  })

  it('that cannot be reached is not known to lack anything, and asking stops when it should', async () => {
    const { server, ask } = await asking()
    await server[Symbol.asyncDispose]()
    expect(await ask('ann/model', commits[0] ?? '')).toBe('unknown')
    await using to = await asking()
    await expect(to.ask('ann/model', commits[0] ?? '', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
  })
})

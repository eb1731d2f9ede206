import { execFile, spawn } from 'node:child_process'
import { createHash, createVerify, type KeyObject, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { readRef } from '../../src/repo/refs.ts'
import { startHttpServer } from './file-server.ts'

const run = promisify(execFile)

export interface GithubGitOptions {
  /** The bare folder that it serves as `Owner/competition`. */
  readonly gitdir: string
  /** The only one that may see it; anybody where it is absent. */
  readonly token?: string
  /** The public key of an App that is installed there. */
  readonly app?: { readonly id: string; readonly publicKey: KeyObject }
  /** GitHub gives 100 000; a tree that has more comes truncated. */
  readonly maxEntries?: number
  readonly now?: () => Date
}

export interface Fault {
  readonly path: RegExp
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string
  /** How many requests it befalls; one, if nothing is said. */
  times?: number
  /** What was asked for is done all the same. */
  readonly afterwards?: boolean
}

/**
 * GitHub's git database API and `createCommitOnBranch` over a real bare repository: ids, ETags and 304, trees with and
 * without `recursive`, truncated ones, the empty tree that it does not know, pages of commits, messages without their
 * last line break, files that always become 100644, its own author and time, `STALE_DATA`; installations of an App
 * whose token is checked; faults on request.
 */
export interface GithubGit extends AsyncDisposable {
  readonly url: string
  /** Method, path, query and status of every request. */
  readonly seen: string[]
  readonly faults: Fault[]
  /** Of installations, that it gave out; only the last one counts. */
  readonly tokens: string[]
}

export const REPOSITORY = { owner: 'Owner', repo: 'competition' }

interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Record<string, string>
}

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
const notFound: Reply = { status: 404, body: { message: 'Not Found' } }
const HOME = '/api/v3/repos/Owner/competition'
const HOUR_MS = 3_600_000
const AUTHORS = [
  'author competition-bot[bot] <7+competition-bot[bot]@users.noreply.github.com>',
  'committer GitHub <noreply@github.com>',
]

export async function startGithubGit(options: GithubGitOptions): Promise<GithubGit> {
  const { gitdir, maxEntries = 100_000, now = () => new Date() } = options
  /** Of ids, which name the same for ever. */
  const known = new Map<string, Buffer>()
  const found = async (...args: string[]) => {
    const key = args.join('\0')
    const before = known.get(key)
    if (before !== undefined) return before
    const ran = await run('git', args, { cwd: gitdir, maxBuffer: 2 ** 28, encoding: 'buffer' }).catch(() => undefined)
    if (ran !== undefined) known.set(key, ran.stdout)
    return ran?.stdout
  }
  const server = await startHttpServer((request, response) => answer(request, response))
  const github: GithubGit = {
    url: `${server.url}/api/v3`,
    seen: [],
    faults: [],
    tokens: [],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', server.url)
    const path = decodeURIComponent(url.pathname)
    const body = request.method === 'POST' ? await text(request) : ''
    const fault = github.faults.find((each) => each.path.test(path) && (each.times ?? 1) > 0)
    if (fault !== undefined) fault.times = (fault.times ?? 1) - 1
    const reply = fault === undefined || fault.afterwards === true ? await replyTo(request, url, path, body) : notFound
    const { status, headers } = fault ?? reply
    const sent = fault === undefined ? JSON.stringify(reply.body) : (fault.body ?? '{"message": "no"}')
    const etag = `W/"${createHash('sha256').update(sent).digest('hex')}"`
    const isSame = status === 200 && request.method === 'GET' && request.headers['if-none-match'] === etag
    github.seen.push(`${request.method} ${isSame ? 304 : status} ${path.replace(HOME, '')}${url.search}`)
    if (status === 0) return void request.socket.destroy()
    const type = { 'content-type': 'application/json; charset=utf-8' }
    response.writeHead(isSame ? 304 : status, { ...type, etag, ...headers }).end(isSame ? '' : sent)
  }

  async function replyTo(request: IncomingMessage, url: URL, path: string, body: string): Promise<Reply> {
    const { authorization = '' } = request.headers
    if (path === `${HOME}/installation` || path.startsWith('/api/v3/app/')) return asApp(path, authorization)
    const counts = options.app === undefined ? options.token : github.tokens.at(-1)
    if (counts !== undefined && authorization !== '' && authorization !== `token ${counts}`) {
      return { status: 401, body: { message: 'Bad credentials' } }
    }
    if (counts !== undefined && authorization === '') return notFound
    if (path === '/api/graphql' && request.method === 'POST') return mutate(JSON.parse(body) as Mutation)
    const [, kind = '', name = ''] = /^\/(git\/\w+|commits)(?:\/(.+))?$/.exec(path.replace(HOME, '')) ?? []
    if (!path.startsWith(HOME) || request.method !== 'GET') return notFound
    if (kind === 'git/ref') return reference(name)
    if (kind === 'git/commits') return commit(name)
    if (kind === 'git/trees') return tree(name, url.searchParams.has('recursive'))
    if (kind === 'git/blobs') return blob(name)
    return kind === 'commits' ? commits(url.searchParams) : notFound
  }

  function asApp(path: string, authorization: string): Reply {
    if (!isOfApp(authorization)) return { status: 401, body: { message: 'A JSON web token could not be decoded' } }
    if (path.endsWith('/installation')) return { status: 200, body: { id: 7 } }
    if (path !== '/api/v3/app/installations/7/access_tokens') return notFound
    github.tokens.push(`ghs_${randomUUID()}`)
    const ends = new Date(now().getTime() + HOUR_MS).toISOString()
    return { status: 201, body: { token: github.tokens.at(-1), expires_at: ends } }
  }

  function isOfApp(authorization: string): boolean {
    const [, header = '', claims = '', signature = ''] = /^Bearer ([^.]+)\.([^.]+)\.([^.]+)$/.exec(authorization) ?? []
    const { app } = options
    if (app === undefined || claims === '') return false
    const verify = createVerify('RSA-SHA256').update(`${header}.${claims}`)
    const { iat, exp, iss } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, number | string>
    const seconds = now().getTime() / 1000
    const isTimely = Number(iat) <= seconds && Number(exp) > seconds && Number(exp) <= seconds + 600
    return iss === app.id && isTimely && verify.verify(app.publicKey, signature, 'base64url')
  }

  async function reference(name: string): Promise<Reply> {
    const sha = await readRef(gitdir, `refs/${name}`)
    return sha === undefined
      ? notFound
      : { status: 200, body: { ref: `refs/${name}`, object: { sha, type: 'commit' } } }
  }

  async function commit(sha: string): Promise<Reply> {
    const [one] = await log('-1', sha)
    if (one === undefined) return notFound
    return { status: 200, body: { sha: one.sha, parents: one.parents, ...one.commit } }
  }

  async function commits(query: URLSearchParams): Promise<Reply> {
    const [size, page] = [Number(query.get('per_page')), Number(query.get('page'))]
    const all = await log(`--skip=${size * (page - 1)}`, `-${size + 1}`, query.get('sha') ?? '')
    const link = all.length > size ? { link: `<${github.url}/next>; rel="next"` } : undefined
    return { status: 200, body: all.slice(0, size), ...(link && { headers: link }) }
  }

  async function log(...args: string[]) {
    const format = '%H%x1f%P%x1f%T%x1f%an%x1f%ae%x1f%aI%x1f%cn%x1f%ce%x1f%cI%x1f%B'
    const printed = await found('log', '-z', `--format=${format}`, ...args, '--')
    return (printed?.toString() ?? '')
      .split('\0')
      .filter((one) => one !== '')
      .map((one) => {
        const [sha = '', above = '', root = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', message = ''] =
          one.split('\x1f')
        const author = { name: an, email: ae, date: ad }
        const committer = { name: cn, email: ce, date: cd }
        const parents = above
          .split(' ')
          .filter((each) => each !== '')
          .map((each) => ({ sha: each }))
        return { sha, parents, commit: { message: message.trimEnd(), tree: { sha: root }, author, committer } }
      })
  }

  async function tree(sha: string, recursive: boolean): Promise<Reply> {
    const args = ['ls-tree', '-z', '--long', ...(recursive ? ['-r', '-t'] : []), sha]
    const listed = sha === EMPTY_TREE ? undefined : (await found(...args))?.toString()
    if (listed === undefined) return notFound
    const entries = listed
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => {
        const [, mode, type, id, size, path] = /^(\d+) (\w+) (\w+) +(\S+)\t(.*)$/s.exec(line) ?? []
        return { path, mode, type, sha: id, ...(size !== '-' && { size: Number(size) }) }
      })
    const truncated = recursive && entries.length > maxEntries
    return { status: 200, body: { sha, truncated, tree: truncated ? entries.slice(0, maxEntries) : entries } }
  }

  async function blob(sha: string): Promise<Reply> {
    const bytes = await found('cat-file', 'blob', sha)
    // In lines of 60, as GitHub has it.
    const content = bytes?.toString('base64').replace(/.{60}/g, '$&\n')
    return bytes === undefined
      ? notFound
      : { status: 200, body: { sha, size: bytes.length, encoding: 'base64', content } }
  }

  async function mutate({ query, variables: { input } }: Mutation): Promise<Reply> {
    const fail = (type: string, message: string): Reply => ({
      status: 200,
      body: { data: { createCommitOnBranch: null }, errors: [{ type, path: ['createCommitOnBranch'], message }] },
    })
    if (!/mutation.*createCommitOnBranch\(input: \$input\)/s.test(query)) return fail('UNPROCESSABLE', 'what is that?')
    const { branch, expectedHeadOid: expected, message, fileChanges } = input
    if (branch.repositoryNameWithOwner !== 'Owner/competition') return fail('NOT_FOUND', 'Could not resolve it')
    const ref = `refs/heads/${branch.branchName}`
    const stale = fail('STALE_DATA', `Expected branch to point to "${expected}" but it did not.  Pull and try again.`)
    if ((await readRef(gitdir, ref)) !== expected) return stale
    const { deletions } = fileChanges
    const listed = deletions.length === 0 ? undefined : await found('ls-tree', '-r', '-z', '--name-only', expected)
    const paths = new Set(listed?.toString().split('\0'))
    const gone = deletions.find(({ path }) => !paths.has(path))
    if (gone !== undefined) return fail('UNPROCESSABLE', `It was requested to delete ${gone.path}, which is not there.`)
    const { oid, tree: root, draft } = await write(expected, message, fileChanges)
    // Git itself decides between several at once.
    const moved = await feed(['update-ref', '--stdin'], [`update ${ref} ${oid} ${expected}\ndelete ${draft} ${oid}\n`])
    if (moved === undefined) return stale
    return { status: 200, body: { data: { createCommitOnBranch: { commit: { oid, tree: { oid: root } } } } } }
  }

  async function write(from: string, { headline, body = '' }: Message, { additions, deletions }: FileChanges) {
    const draft = `refs/drafts/${randomUUID()}`
    const date = `${Math.floor(now().getTime() / 1000)} +0000`
    const message = Buffer.from(body === '' ? headline : `${headline}\n\n${body}`)
    const quoted = (path: string) => `"${path.replace(/["\\]/g, '\\$&')}"`
    const printed = await feed(
      ['fast-import', '--quiet', '--done', '--cat-blob-fd=1'],
      [
        `commit ${draft}\nmark :1\n${AUTHORS.map((who) => `${who} ${date}\n`).join('')}data ${message.length}\n`,
        message,
        `\nfrom ${from}\n${deletions.map(({ path }) => `D ${quoted(path)}\n`).join('')}`,
        ...additions.flatMap(({ path, contents }) => {
          const bytes = Buffer.from(contents, 'base64')
          return [`M 100644 inline ${quoted(path)}\ndata ${bytes.length}\n`, bytes, '\n']
        }),
        'ls ""\nget-mark :1\ndone\n',
      ],
    )
    const [, tree = EMPTY_TREE, oid = ''] = /^(?:040000 tree (\w+)\t|missing )\n(\w+)\n$/.exec(printed ?? '') ?? []
    return { draft, oid, tree }
  }

  /** What `git …` printed when it was told this; undefined when it failed. */
  async function feed(args: string[], input: readonly (string | Buffer)[]): Promise<string | undefined> {
    const child = spawn('git', args, { cwd: gitdir, stdio: ['pipe', 'pipe', 'ignore'] })
    const exit = once(child, 'close')
    child.stdin.end(Buffer.concat(input.map((part) => Buffer.from(part as string))))
    const printed = await text(child.stdout)
    const [code] = await exit
    return code === 0 ? printed : undefined
  }

  return github
}

interface Message {
  readonly headline: string
  readonly body?: string
}

interface FileChanges {
  readonly additions: readonly { readonly path: string; readonly contents: string }[]
  readonly deletions: readonly { readonly path: string }[]
}

interface Mutation {
  readonly query: string
  readonly variables: {
    readonly input: {
      readonly branch: { readonly repositoryNameWithOwner: string; readonly branchName: string }
      readonly message: Message
      readonly expectedHeadOid: string
      readonly fileChanges: FileChanges
    }
  }
}

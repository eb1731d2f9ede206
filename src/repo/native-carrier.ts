/**
 * Objects from and to a remote by the git program: a partial, shallow clone. Commits and folders come with a fetch, contents
 * when somebody wants to read them, many at a time. Credentials are in the environment of git, never on a command line.
 */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RoundkeeperError } from '../errors.ts'
import { ownGitFolder } from './borrowed-objects.ts'
import type { Carrier } from './carrier.ts'
import { CacheDamaged, gitFailure } from './git-failure.ts'
import { GitChild, type GitProgram, isolated } from './git-program.ts'
import { networkFor } from './native-fetch.ts'
import { readRef } from './refs.ts'
import type { AskCredentials } from './remote-auth.ts'
import { conflict, declined, isRace } from './remote-errors.ts'

/** Commits that come first: what a tick looks back at. */
const FIRST_DEPTH = 200
const TIMEOUT_MS = 600_000
const LOCK_ATTEMPTS = 6
const LOCK_PAUSE_MS = 500
const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--filter=blob:none']

export interface NativeCarrierOptions {
  readonly program: GitProgram
  readonly url: string
  /** `refs/heads/main` */
  readonly ref: string
  /** A folder of its own. */
  readonly gitdir: string
  readonly credentials: AskCredentials | undefined
}

export class NativeCarrier implements Carrier {
  readonly #options: NativeCarrierOptions
  readonly #tracking: string

  constructor(options: NativeCarrierOptions) {
    this.#options = options
    this.#tracking = options.ref.replace('refs/heads/', 'refs/remotes/origin/')
  }

  /** Makes the folder what git takes for a partial clone. Call it before anything else. */
  async prepare(): Promise<void> {
    const { gitdir, url } = this.#options
    await Promise.all(['objects/pack', 'refs/heads'].map((name) => mkdir(join(gitdir, name), { recursive: true })))
    await writeFile(join(gitdir, 'HEAD'), 'ref: refs/heads/none\n')
    await writeFile(
      join(gitdir, 'config'),
      CONFIG.replace('URL', () => JSON.stringify(url)),
    )
  }

  async fetch(depth = FIRST_DEPTH): Promise<string> {
    const isFirst = (await this.#head()) === undefined
    return this.#bring(isFirst ? [`--depth=${depth}`] : [])
  }

  async fetchHistory(): Promise<string> {
    const isShallow = await readFile(join(this.#options.gitdir, 'shallow'), 'utf8').catch(() => '')
    return this.#bring(isShallow === '' ? [] : ['--unshallow'])
  }

  async restart(): Promise<void> {
    await rm(this.#options.gitdir, { recursive: true, force: true })
    await this.prepare()
  }

  blobs = async (oids: readonly string[]): Promise<void> => {
    const missing = await this.#missing(oids)
    if (missing.length === 0) return
    // Nothing to negotiate: it is known what is wanted.
    const args = ['-c', 'fetch.negotiationAlgorithm=noop', ...FETCH, '--recurse-submodules=no', '--stdin', 'origin']
    await this.#ask(args, missing.map((oid) => `${oid}\n`).join(''))
  }

  async countFiles(commit: string): Promise<number> {
    const { stdout, failure } = await this.#run(['ls-tree', '-r', '-z', '--name-only', commit])
    if (failure !== undefined) throw new CacheDamaged(this.#options.gitdir, failure)
    return stdout.split('\0').length - 1
  }

  async push(base: string, oid: string): Promise<void> {
    const { url, ref } = this.#options
    // Not as deltas: those would need contents of before, which are not here.
    const args = ['push', '--porcelain', '--no-verify', '--no-thin', `--force-with-lease=${ref}:${base}`]
    const { stdout, words, failure } = await this.#run([...args, 'origin', `${oid}:${ref}`])
    if (failure === undefined) return
    const said = /^!\t[^\t]*\t(.*)$/m.exec(stdout)?.[1]
    if (said === undefined) throw gitFailure(failure, url)
    if (/stale info/.test(said) || isRace(said)) throw conflict(url, new Error(said))
    const reasons = words.match(/^remote: .*\S/gm)?.map((line) => line.slice('remote: '.length)) ?? []
    throw declined(url, [said, ...reasons].join('; ').slice(0, MAX_TEXT))
  }

  async #bring(how: readonly string[]): Promise<string> {
    const { ref, url } = this.#options
    await this.#ask([...FETCH, '--no-recurse-submodules', ...how, 'origin', `+${ref}:${this.#tracking}`])
    const head = await this.#head()
    if (head !== undefined) return head
    throw new RoundkeeperError('not-found', 'the repository is empty', {
      where: url,
      hint: 'Create the competition with init first.',
    })
  }

  #head(): Promise<string | undefined> {
    return readRef(this.#options.gitdir, this.#tracking)
  }

  /** Asked in a folder that knows no remote: git would fetch each of them by itself. */
  async #missing(oids: readonly string[]): Promise<string[]> {
    const { program, gitdir } = this.#options
    await using place = await ownGitFolder(program, join(gitdir, 'objects'))
    const { stdout, failure } = await ended(new GitChild(['cat-file', '--batch-check'], place), oids.join('\n'))
    if (failure !== undefined) throw new CacheDamaged(gitdir, failure)
    return stdout.split('\n').flatMap((line) => (line.endsWith(' missing') ? [line.slice(0, 40)] : []))
  }

  async #ask(args: readonly string[], input = ''): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { failure } = await this.#run(args, input)
      if (failure === undefined) return
      // Another process of ours may be at it; whoever was killed leaves its lock behind, and the cache is made anew.
      if (attempt === LOCK_ATTEMPTS || !/unable to create '.*\.lock'/i.test(failure))
        throw gitFailure(failure, this.#options.url)
      await sleep(LOCK_PAUSE_MS)
    }
  }

  async #run(args: readonly string[], input = '') {
    const { gitdir, url, credentials } = this.#options
    if (!(await stat(join(gitdir, 'config')).catch(() => undefined))) await this.prepare()
    const env = { ...isolated(gitdir), GIT_NO_LAZY_FETCH: undefined, ...networkFor(url, await credentials?.()) }
    return ended(new GitChild(args, { cwd: gitdir, env }), input, TIMEOUT_MS)
  }
}

/** What a child of git said, once it has ended. */
async function ended(child: GitChild, input: string, timeoutMs?: number) {
  await using running = child
  const late = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)
  late?.addEventListener('abort', () => void running[Symbol.asyncDispose]())
  running.stdin.end(input)
  const chunks: Buffer[] = []
  try {
    for await (const chunk of running.stdout) chunks.push(chunk)
  } catch (error) {
    if (!late?.aborted) throw error
  }
  const failure = late?.aborted ? `git did not come to an end within ${timeoutMs} ms` : await running.failure
  return { stdout: Buffer.concat(chunks).toString(), words: running.words, failure }
}

const MAX_TEXT = 500
const CONFIG = `[core]
\trepositoryformatversion = 1
\tbare = true
\tcommitGraph = false
\thooksPath = ${JSON.stringify(devNull)}
[extensions]
\tpartialClone = origin
[remote "origin"]
\turl = URL
\tpromisor = true
\tpartialclonefilter = blob:none
[gc]
\tauto = 0
`

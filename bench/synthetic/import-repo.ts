/** A StateRepo that only ever grows, fast: every commit goes to one running `git fast-import`. For benchmarks. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { formatMessage } from '../../src/repo/message.ts'
import type { ChangeSet, CommitInfo, Signature, StateRepo } from '../../src/repo/state-repo.ts'

/** Commits that can still be seen in the log. */
const REMEMBERED = 200

export class ImportRepo implements StateRepo {
  readonly id: string
  commits = 0
  /** All contents that anybody may still ask for. */
  readonly #files = new Map<string, Buffer>()
  readonly #log: CommitInfo[] = []
  readonly #import: ChildProcessByStdio<Writable, null, null>

  constructor(gitdir: string) {
    this.id = gitdir
    this.#import = spawn('git', ['fast-import', '--quiet', '--done'], {
      cwd: gitdir,
      stdio: ['pipe', 'ignore', 'inherit'],
    })
  }

  async head(): Promise<string> {
    return this.#log[0]?.oid ?? ''
  }

  async read(_head: string, path: string): Promise<Uint8Array | undefined> {
    return this.#files.get(path)
  }

  async list(_head: string, folder: string): Promise<string[]> {
    return [...this.#files.keys()].filter((path) => folder === '' || path.startsWith(`${folder}/`)).sort()
  }

  async changes(): Promise<string[]> {
    throw new Error('nobody edits a benchmark by hand')
  }

  async *log(): AsyncGenerator<CommitInfo> {
    yield* this.#log
  }

  async commit(_base: string, { files, message, trailers }: ChangeSet, by: Signature): Promise<string> {
    const oid = (this.commits + 1).toString(16).padStart(40, '0')
    const text = formatMessage(message, trailers)
    const at = Math.floor(by.at.getTime() / 1000)
    await this.#write(`commit refs/heads/main\ncommitter ${by.name} <${by.email}> ${at} +0000\n`)
    await this.#write(`data ${Buffer.byteLength(text)}\n${text}\n`)
    for (const [path, content] of files) {
      if (content === null) {
        this.#files.delete(path)
        await this.#write(`D ${path}\n`)
        continue
      }
      const bytes = Buffer.from(content)
      this.#files.set(path, bytes)
      await this.#write(`M 100644 inline ${path}\ndata ${bytes.length}\n`)
      await this.#write(bytes)
      await this.#write('\n')
    }
    this.commits += 1
    this.#log.unshift({
      oid,
      parents: this.#log[0] ? [this.#log[0].oid] : [],
      message: text,
      author: by,
      committer: by,
    })
    this.#log.length = Math.min(this.#log.length, REMEMBERED)
    return oid
  }

  /** What nobody asks for any more leaves memory; it stays in the repository. */
  forget(isOld: (path: string) => boolean): void {
    for (const path of this.#files.keys()) if (isOld(path)) this.#files.delete(path)
  }

  async close(): Promise<void> {
    await this.#write('done\n')
    this.#import.stdin.end()
    const [code] = await once(this.#import, 'exit')
    if (code !== 0) throw new Error(`git fast-import ended with ${code}`)
  }

  async #write(data: string | Buffer): Promise<void> {
    if (!this.#import.stdin.write(data)) await once(this.#import.stdin, 'drain')
  }
}

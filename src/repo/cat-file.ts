/**
 * Objects of a repository through one long-lived `git cat-file`: any number of questions at once, answered in order,
 * every answer's hash checked.
 */
import { hash } from 'node:crypto'
import { GitChild, type GitProgram } from './git-program.ts'
import { isOid } from './objects.ts'

export interface GitPlace {
  readonly program: GitProgram
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag'

export interface ObjectInfo {
  readonly type: string
  readonly size: number
}

export interface RawObject extends ObjectInfo {
  readonly bytes: Buffer
}

/** Why an object could not be had: `missing`, `damaged`, `too large`, or git's own words. */
export class ObjectFault extends Error {
  readonly oid: string

  constructor(oid: string, what: string) {
    super(what)
    this.oid = oid
  }
}

export class CatFile implements AsyncDisposable {
  readonly #info: Lane
  readonly #contents: Lane

  /** `maxBytes`: a larger object is never read. */
  constructor(place: GitPlace, maxBytes: number) {
    if (place.program.batchCommand) {
      const child = new GitChild(['cat-file', '--batch-command', '--buffer'], place)
      this.#info = this.#contents = new Lane(child, { info: 'info ', contents: 'contents ', end: 'flush\n' }, maxBytes)
      return
    }
    const plain = { info: '', contents: '', end: '' }
    this.#info = new Lane(new GitChild(['cat-file', '--batch-check'], place), plain, maxBytes)
    this.#contents = new Lane(new GitChild(['cat-file', '--batch'], place), plain, maxBytes)
  }

  /** @throws ObjectFault */
  info(oid: string): Promise<ObjectInfo> {
    return this.#info.ask(oid, 'info')
  }

  /** @throws ObjectFault */
  contents(oid: string): Promise<RawObject> {
    return this.#contents.ask(oid, 'contents') as Promise<RawObject>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...new Set([this.#info, this.#contents])].map((lane) => lane[Symbol.asyncDispose]()))
  }
}

type Kind = 'info' | 'contents'

interface Question {
  readonly oid: string
  readonly kind: Kind
  resolve(answer: ObjectInfo & { readonly bytes?: Buffer }): void
  reject(fault: ObjectFault): void
}

/** An object whose bytes are still coming, as git hashes it: `type size\0`, its bytes, and the line's end after them. */
interface Coming extends ObjectInfo {
  readonly whole: Buffer
  readonly start: number
  filled: number
}

const LINE_END = 10
const NOTHING: Buffer = Buffer.alloc(0)

class Lane implements AsyncDisposable {
  readonly #child: GitChild
  readonly #words: Readonly<Record<Kind | 'end', string>>
  readonly #maxBytes: number
  /** Asked and not answered, from `#next` on. */
  #questions: Question[] = []
  #next = 0
  #unsent: string[] = []
  /** The beginning of a line. */
  #rest: Buffer = NOTHING
  #coming: Coming | undefined
  #broken: string | undefined

  constructor(child: GitChild, words: Readonly<Record<Kind | 'end', string>>, maxBytes: number) {
    this.#child = child
    this.#words = words
    this.#maxBytes = maxBytes
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    void child.failure.then((words) => this.#break(words ?? 'git ended'))
  }

  ask(oid: string, kind: Kind): Promise<ObjectInfo | RawObject> {
    return new Promise((resolve, reject) => {
      if (this.#broken !== undefined) return reject(new ObjectFault(oid, this.#broken))
      if (!isOid(oid)) return reject(new ObjectFault(oid, 'this is no id'))
      this.#questions.push({ oid, kind, resolve, reject })
      if (this.#unsent.length === 0) setImmediate(() => this.#send())
      this.#unsent.push(`${this.#words[kind]}${oid}\n`)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]()
  }

  #send(): void {
    this.#child.stdin.write(this.#unsent.join('') + this.#words.end)
    this.#unsent = []
  }

  #take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length && this.#broken === undefined; ) {
      if (this.#coming !== undefined) {
        at += this.#fill(this.#coming, chunk.subarray(at))
        continue
      }
      const end = chunk.indexOf(LINE_END, at)
      const line = chunk.subarray(at, end < 0 ? chunk.length : end)
      at += line.length + 1
      this.#rest = this.#rest.length === 0 ? line : Buffer.concat([this.#rest, line])
      if (end >= 0) this.#answer()
    }
  }

  #answer(): void {
    const header = this.#rest.toString('latin1')
    this.#rest = NOTHING
    const question = this.#questions[this.#next]
    const [oid, type = '', length] = header.split(' ')
    const size = Number(length)
    if (question === undefined || oid !== question.oid) this.#break(`git answered ${header.slice(0, 200)}`)
    else if (type === 'missing') this.#shift()?.reject(new ObjectFault(oid, 'missing'))
    else if (question.kind === 'info') this.#shift()?.resolve({ type, size })
    else if (size > this.#maxBytes) this.#break(`an object of ${size} bytes`)
    else {
      const prefix = Buffer.from(`${type} ${size}\0`)
      const whole = Buffer.allocUnsafe(prefix.length + size + 1)
      const filled = prefix.copy(whole)
      this.#coming = { type, size, whole, start: filled, filled }
    }
  }

  /** @returns how many bytes of the chunk belonged to the object */
  #fill(coming: Coming, chunk: Buffer): number {
    const { type, size, whole, start, filled } = coming
    const copied = chunk.copy(whole, filled)
    coming.filled += copied
    if (coming.filled < whole.length) return copied
    this.#coming = undefined
    const question = this.#shift()
    const hashed = whole.subarray(0, start + size)
    if (hash('sha1', hashed, 'hex') === question?.oid) question.resolve({ type, size, bytes: hashed.subarray(start) })
    else question?.reject(new ObjectFault(question.oid, 'damaged'))
    return copied
  }

  #shift(): Question | undefined {
    const question = this.#questions[this.#next]
    this.#next += 1
    if (this.#next === this.#questions.length) {
      this.#questions = []
      this.#next = 0
    }
    return question
  }

  /** Nothing more can be had from here. */
  #break(words: string): void {
    this.#broken ??= words
    for (const { oid, reject } of this.#questions.splice(this.#next)) reject(new ObjectFault(oid, this.#broken))
    this.#questions = []
    this.#next = 0
    void this.#child[Symbol.asyncDispose]()
  }
}

/**
 * Objects of a repository through one long-lived `git cat-file`: any number of questions at once, answered in order,
 * every answer's hash checked.
 */
import { hash } from 'node:crypto'
import { GitChild, type GitProgram } from './git-program.ts'
import { isOid } from './oid.ts'

export interface GitPlace {
  readonly program: GitProgram
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag'

export interface ObjectInfo {
  readonly oid: string
  readonly type: string
  readonly size: number
}

export interface RawObject extends ObjectInfo {
  readonly bytes: Buffer
}

/** Why an object could not be had: `missing`, `damaged`, too large, or git's own words. */
export class ObjectFault extends Error {
  readonly oid: string

  constructor(oid: string, what: string) {
    super(what)
    this.oid = oid
  }
}

/** The root folder of a commit, without knowing its id. */
export const rootOf = (commit: string) => `${commit}${ROOT}`

const ROOT = '^{tree}'

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

  /** In the order of the ids. @throws ObjectFault about one of them */
  info(oids: readonly string[]): Promise<ObjectInfo[]> {
    return this.#info.ask(oids, 'info')
  }

  /** @param names ids, or `rootOf` a commit @throws ObjectFault about one of them */
  contents(names: readonly string[]): Promise<RawObject[]> {
    return this.#contents.ask(names, 'contents') as Promise<RawObject[]>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...new Set([this.#info, this.#contents])].map((lane) => lane[Symbol.asyncDispose]()))
  }
}

type Kind = 'info' | 'contents'
type Answer = ObjectInfo & { readonly bytes?: Buffer }

interface Question {
  readonly names: readonly string[]
  readonly kind: Kind
  readonly answers: Answer[]
  /** How many names have an answer, or a fault. */
  done: number
  resolve(answers: Answer[]): void
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
  #unsent = ''
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

  ask(names: readonly string[], kind: Kind): Promise<Answer[]> {
    return new Promise((resolve, reject) => {
      const stranger = names.find((name) => !isOid(name.endsWith(ROOT) ? name.slice(0, -ROOT.length) : name))
      if (stranger !== undefined) return reject(new ObjectFault(stranger, 'this is no id'))
      if (names.length === 0) return resolve([])
      if (this.#broken !== undefined) return reject(new ObjectFault(names[0] ?? '', this.#broken))
      this.#questions.push({ names, kind, answers: [], done: 0, resolve, reject })
      if (this.#unsent === '') setImmediate(() => this.#send())
      for (const name of names) this.#unsent += `${this.#words[kind]}${name}\n`
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]()
  }

  #send(): void {
    this.#child.stdin.write(this.#unsent + this.#words.end, 'latin1')
    this.#unsent = ''
  }

  #take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length && this.#broken === undefined; ) {
      if (this.#coming !== undefined) {
        at += this.#fill(this.#coming, chunk, at)
        continue
      }
      const end = chunk.indexOf(LINE_END, at)
      const line = chunk.subarray(at, end < 0 ? chunk.length : end)
      at += line.length + 1
      this.#rest = this.#rest.length === 0 ? line : Buffer.concat([this.#rest, line])
      if (end >= 0) this.#begin()
    }
  }

  /** An answer begins with a line: `id type size`, or `name missing`. */
  #begin(): void {
    const line = this.#rest.toString('latin1')
    this.#rest = NOTHING
    const question = this.#questions[this.#next]
    const name = question?.names[question.done] ?? ''
    const [oid = '', type = '', length] = line.split(' ')
    const size = Number(length)
    if (question === undefined || (oid !== name && !(name.endsWith(ROOT) && isOid(oid))))
      this.#break(`git answered ${line.slice(0, 200)}`)
    else if (type === 'missing') this.#fault(question, name, 'missing')
    else if (question.kind === 'info') this.#answer(question, { oid, type, size })
    else if (size > this.#maxBytes) this.#break(`an object of ${size} bytes`)
    else {
      const prefix = `${type} ${size}\0`
      const whole = Buffer.allocUnsafe(prefix.length + size + 1)
      const filled = whole.write(prefix, 'latin1')
      this.#coming = { oid, type, size, whole, start: filled, filled }
    }
  }

  /** @returns how many bytes of the chunk belonged to the object */
  #fill(coming: Coming, chunk: Buffer, at: number): number {
    const { oid, type, size, whole, start, filled } = coming
    const copied = chunk.copy(whole, filled, at)
    coming.filled += copied
    if (coming.filled < whole.length) return copied
    this.#coming = undefined
    const question = this.#questions[this.#next]
    if (question === undefined) return copied
    const hashed = whole.subarray(0, start + size)
    if (hash('sha1', hashed, 'hex') === oid) this.#answer(question, { oid, type, size, bytes: hashed.subarray(start) })
    else this.#fault(question, oid, 'damaged')
    return copied
  }

  #answer(question: Question, answer: Answer): void {
    question.answers.push(answer)
    question.done += 1
    if (question.done === question.names.length) this.#shift().resolve(question.answers)
  }

  /** Of a question with several faults the first is told. */
  #fault(question: Question, oid: string, what: string): void {
    question.done += 1
    question.reject(new ObjectFault(oid, what))
    if (question.done === question.names.length) this.#shift()
  }

  #shift(): Question {
    const question = this.#questions[this.#next] as Question
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
    for (const { names, done, reject } of this.#questions.splice(this.#next))
      reject(new ObjectFault(names[done] ?? '', this.#broken))
    this.#questions = []
    this.#next = 0
    void this.#child[Symbol.asyncDispose]()
  }
}

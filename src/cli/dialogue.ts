/** Questions at a terminal, on stderr, one line each: what a person says on a command's way, and nobody needs to hide. */
import { createInterface, type Interface } from 'node:readline'
import { RoundkeeperError } from '../errors.ts'
import { note } from './output.ts'

/** Whether there is somebody to ask. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

export interface Dialogue {
  say(text: string): void
  /** @throws RoundkeeperError `aborted` on Ctrl-C and Ctrl-D */
  ask(question: string): Promise<string>
  /** Rejects likewise, for what takes time between two questions. */
  readonly stopped: Promise<never>
}

export class TerminalDialogue implements Dialogue, Disposable {
  readonly stopped: Promise<never>
  readonly #lines: Interface
  /** Typed, or pasted, before they were asked for. */
  readonly #ahead: string[] = []
  #waiting: ((line: string) => void) | undefined

  constructor() {
    const { promise, reject } = Promise.withResolvers<never>()
    this.stopped = promise
    // Nobody may be waiting when it is stopped.
    promise.catch(() => undefined)
    const stop = () => reject(new RoundkeeperError('aborted', 'nothing was made', { hint: 'You stopped it.' }))
    this.#lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true, historySize: 0 })
    this.#lines.on('line', (line) => {
      const waiting = this.#waiting
      this.#waiting = undefined
      if (waiting === undefined) this.#ahead.push(line)
      else waiting(line)
    })
    this.#lines.on('SIGINT', stop).on('close', stop)
  }

  say(text: string): void {
    note(text)
  }

  async ask(question: string): Promise<string> {
    const typed = this.#ahead.shift()
    if (typed !== undefined) {
      note(`${question}${typed}`)
      return typed
    }
    const answer = new Promise<string>((resolve) => {
      this.#waiting = resolve
    })
    this.#lines.setPrompt(question)
    this.#lines.prompt()
    return Promise.race([answer, this.stopped])
  }

  [Symbol.dispose](): void {
    this.#lines.close()
  }
}

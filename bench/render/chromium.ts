/** A headless Chromium with one page, spoken to through two pipes in its own protocol (Chrome DevTools). Linux only. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const FLAGS = [
  ...['--headless', '--no-sandbox', '--no-first-run', '--remote-debugging-pipe', '--disable-dev-shm-usage'],
  ...['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'],
]

/** @returns undefined when there is none */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}

interface Answer {
  readonly id?: number
  readonly result?: { readonly [name: string]: unknown }
  readonly error?: { readonly message: string }
}

export class Chromium {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #session: unknown
  #last = 0

  private constructor(path: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'roundkeeper-chromium-'))
    this.#process = spawn(path, [...FLAGS, `--user-data-dir=${this.#profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    })
    this.#process.on('exit', () => {
      for (const settle of this.#waiting.values()) settle({ error: { message: 'Chromium ended' } })
    })
    let rest = ''
    const from = this.#process.stdio[4] as Readable
    from.setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (rest + chunk).split('\0')
      rest = messages.pop() ?? ''
      for (const message of messages) {
        const answer = JSON.parse(message) as Answer
        this.#waiting.get(answer.id ?? 0)?.(answer)
      }
    })
  }

  static async open(path: string, url: string): Promise<Chromium> {
    const chromium = new Chromium(path)
    const { targetId } = await chromium.#call('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await chromium.#call('Target.attachToTarget', { targetId, flatten: true })
    chromium.#session = sessionId
    await chromium.#call('Page.navigate', { url })
    await chromium.evaluate(
      'new Promise((done) => { (function look() { window.ready ? done() : setTimeout(look, 50) })() })',
    )
    return chromium
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** @returns what the promise of that expression gives */
  async evaluate(expression: string): Promise<unknown> {
    const given = await this.#call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    const failure = given.exceptionDetails as { exception?: { description?: string }; text?: string } | undefined
    if (failure !== undefined) throw new Error(`in the browser: ${failure.exception?.description ?? failure.text}`)
    return (given.result as { value?: unknown }).value
  }

  async close(): Promise<void> {
    const gone = this.#process.exitCode === null ? once(this.#process, 'exit') : undefined
    this.#call('Browser.close').catch(() => this.#process.kill('SIGKILL'))
    await gone
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }

  async #call(method: string, params: object = {}): Promise<NonNullable<Answer['result']>> {
    const id = ++this.#last
    const to = this.#process.stdio[3] as Writable
    const { promise, resolve } = Promise.withResolvers<Answer>()
    this.#waiting.set(id, resolve)
    to.write(`${JSON.stringify({ id, method, params, sessionId: this.#session })}\0`)
    const { result, error } = await promise
    this.#waiting.delete(id)
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result ?? {}
  }
}

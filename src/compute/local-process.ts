import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { printable } from './printable.ts'

const MAX_OUTPUT_BYTES = 4096

/**
 * Runs a command and, beside it, a watcher that kills the whole process group when our end of the pipe closes: that is
 * when we end, in whatever way. The command itself replaces the shell and does not see the pipe.
 */
const guard = 'exec 3<&0 </dev/null; (read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 & exec "$@" 3<&-'

/** A child in a process group of its own, which never outlives us. Needs a POSIX shell. */
export class LocalProcess {
  /** Says how it ended; rejects when it could not even be started. */
  readonly ended: Promise<string>
  readonly #child: ReturnType<typeof startGuarded>
  #output = Buffer.alloc(0)
  #running = true
  #exitCode: number | undefined

  /** @param env all that it gets to know of our environment */
  constructor(command: readonly string[], folder: string, env: Readonly<Record<string, string>>) {
    this.#child = startGuarded(command, folder, env)
    this.ended = this.#end()
    // Whoever waits for the end hears of a failure; nobody has to.
    this.ended.catch(() => undefined)
    this.#child.stdin.on('error', () => undefined)
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output = Buffer.concat([this.#output, chunk]).subarray(-MAX_OUTPUT_BYTES)
      })
    }
  }

  get running(): boolean {
    return this.#running
  }

  /** Undefined while it runs, and when a signal ended it. */
  get exitCode(): number | undefined {
    return this.#exitCode
  }

  /** The end of what it wrote to its standard output and error, for people. */
  get output(): string {
    return printable(this.#output.toString(), MAX_OUTPUT_BYTES).trim()
  }

  /** Kills it with everything that it started. */
  async kill(): Promise<void> {
    this.#killGroup()
    await this.ended.catch(() => undefined)
  }

  /** From here on it does not keep us from ending, and so from ending it. */
  leave(): void {
    this.#child.unref()
    for (const stream of this.#child.stdio) (stream as Socket | null)?.unref?.()
  }

  async #end(): Promise<string> {
    try {
      const [code, signal] = await once(this.#child, 'exit')
      this.#exitCode = code ?? undefined
      return signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`
    } finally {
      this.#running = false
      this.#killGroup()
      for (const stream of this.#child.stdio) stream?.destroy()
    }
  }

  #killGroup(): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      // Nobody is left in the group.
    }
  }
}

function startGuarded(command: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
  const argv = ['-c', guard, 'sh', ...command]
  return spawn('/bin/sh', argv, { cwd, env: { ...env }, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
}

import type { Context } from '../../engine/owner.ts'

/** Tells how far the downloads of a round have come: files, bytes, and how many of them a second. */
export class DownloadProgress {
  #files = 0
  #bytes = 0
  #entries = 0
  readonly #round: number
  readonly #total: { readonly files: number; readonly entries: number }
  readonly #began: number
  readonly #context: Pick<Context, 'clock' | 'progress'>

  constructor(
    round: number,
    entries: readonly { readonly missing: readonly unknown[] }[],
    context: Pick<Context, 'clock' | 'progress'>,
  ) {
    this.#round = round
    this.#total = { files: entries.reduce((sum, { missing }) => sum + missing.length, 0), entries: entries.length }
    this.#context = context
    this.#began = context.clock.now().getTime()
  }

  /** @param bytes 0 where there was none to be had */
  file(bytes: number): void {
    this.#files += 1
    this.#bytes += bytes
    const seconds = (this.#context.clock.now().getTime() - this.#began) / 1000
    const rate = seconds > 0 ? `, ${megabytes(this.#bytes / seconds)} a second` : ''
    const what = `round ${this.#round}: files asked for (${megabytes(this.#bytes)}${rate})`
    this.#context.progress({ what, done: this.#files, total: this.#total.files })
  }

  entry(): void {
    this.#entries += 1
    this.#context.progress({
      what: `round ${this.#round}: entries gathered`,
      done: this.#entries,
      total: this.#total.entries,
    })
  }
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

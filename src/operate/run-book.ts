/** When each job last ran and how that went: in a file, so that it outlasts the process. What it says decides nothing. */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../repo/whole-files.ts'
import type { JobEvent, JobName } from './job.ts'
import { jobNames } from './job.ts'
import { type Told, toldOf } from './told.ts'

const time = z.iso.datetime().nullable().catch(null)
const record = z.object({
  started: time,
  ended: time,
  succeeded: time,
  /** In a row, up to now. */
  failures: z.int().min(0).catch(0),
  said: z.string().nullable().catch(null),
  error: z.custom<Told>().nullable().catch(null),
})
export type RunRecord = Readonly<z.infer<typeof record>>

const nothing: RunRecord = { started: null, ended: null, succeeded: null, failures: 0, said: null, error: null }
const book = z.partialRecord(z.enum(jobNames), record)

export interface RunBookOptions {
  readonly path: string
  /** Hides secrets in what is kept and shown. */
  readonly mask: (text: string) => string
  /** Where it cannot be written: once, until it can again. */
  readonly onTrouble: (error: unknown) => void
}

export class RunBook {
  readonly #options: RunBookOptions
  readonly #records: Map<JobName, RunRecord>
  #written: Promise<void> = Promise.resolve()
  #inTrouble = false

  private constructor(options: RunBookOptions, records: Map<JobName, RunRecord>) {
    this.#options = options
    this.#records = records
  }

  /** What cannot be read is as good as nothing. */
  static async open(options: RunBookOptions): Promise<RunBook> {
    const text = await readFile(options.path, 'utf8').catch(() => '{}')
    return new RunBook(options, parse(text))
  }

  of(job: JobName): RunRecord {
    return this.#records.get(job) ?? nothing
  }

  /** Also writes it, some time later. */
  note(event: JobEvent): void {
    const before = this.of(event.job)
    const at = event.at.toISOString()
    if (event.kind === 'started') this.#records.set(event.job, { ...before, started: at })
    else if (event.kind === 'ended')
      this.#records.set(event.job, { ...before, ended: at, ...this.#became(before, event) })
    else return
    this.#written = this.#written.then(() => this.#write())
  }

  /** When all that was noted is written. */
  settled(): Promise<void> {
    return this.#written
  }

  #became({ failures, succeeded }: RunRecord, event: JobEvent & { kind: 'ended' }): Partial<RunRecord> {
    const { ending } = event
    const said = ending.outcome === undefined ? null : this.#options.mask(ending.outcome.said)
    if (ending.kind === 'failed')
      return { said, failures: failures + 1, error: toldOf(ending.errors[0], this.#options.mask) }
    if (ending.kind === 'stopped') return { said }
    return { said, failures: 0, error: null, succeeded: ending.kind === 'ok' ? event.at.toISOString() : succeeded }
  }

  async #write(): Promise<void> {
    const { path, onTrouble } = this.#options
    try {
      await mkdir(dirname(path), { recursive: true })
      await replaceFile(path, `${JSON.stringify(Object.fromEntries(this.#records), null, 2)}\n`, `${path}.tmp`)
      this.#inTrouble = false
    } catch (error) {
      if (!this.#inTrouble) onTrouble(error)
      this.#inTrouble = true
    }
  }
}

function parse(text: string): Map<JobName, RunRecord> {
  try {
    return new Map(Object.entries(book.parse(JSON.parse(text))) as [JobName, RunRecord][])
  } catch {
    return new Map()
  }
}

/**
 * What this validator set last, in a file of its own: committed weights cannot be read on the chain before they are revealed.
 * Written before anything is sent, so that a submission of which nobody knows what became is recognised afterwards.
 */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'
import { replaceFile } from '../repo/whole-files.ts'

const count = z.int().min(0)

const contents = z.object({
  version: z.literal(1),
  /** The block that they were planned at: what came later may be these. */
  planned_at: count,
  /** The block that they came to lie in; null while that is not known. */
  set_at: count.nullable(),
  uids: z.array(count),
  values: z.array(count),
  /** The commit of the competition that they follow from. */
  head: z.string(),
})

export type RecordedWeights = Readonly<z.infer<typeof contents>>

export class WeightsRecord {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** @returns undefined when there is none that can be read: then it is as if another program had set them */
  async read(): Promise<RecordedWeights | undefined> {
    try {
      return contents.parse(JSON.parse(await readFile(this.#file, 'utf8')))
    } catch {
      return undefined
    }
  }

  /** @throws `usage` where it cannot be written */
  async write(record: RecordedWeights | undefined): Promise<void> {
    try {
      if (record === undefined) return await rm(this.#file, { force: true })
      await mkdir(dirname(this.#file), { recursive: true })
      await replaceFile(this.#file, `${JSON.stringify(record)}\n`, `${this.#file}.${process.pid}.tmp`)
    } catch (cause) {
      throw new RoundkeeperError('usage', 'what was set cannot be remembered', {
        where: this.#file,
        hint: 'Name a folder that you may write to with --state-dir.',
        cause,
      })
    }
  }
}

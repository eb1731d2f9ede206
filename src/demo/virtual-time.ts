import { readFile, rename, writeFile } from 'node:fs/promises'
import { VirtualClock } from '../engine/virtual-clock.ts'

/** A virtual clock that a later run finds where this one left it. */
export class VirtualTime {
  readonly clock: VirtualClock
  readonly #file: string

  private constructor(file: string, now: Date) {
    this.#file = file
    this.clock = new VirtualClock(now, { autoAdvance: true })
  }

  static async open(file: string, start: Date): Promise<VirtualTime> {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    return new VirtualTime(file, text === undefined ? start : new Date(text.trim()))
  }

  /** Moves on to a later moment; whole or not at all, for a run may be killed at any time. */
  async moveTo(date: Date): Promise<void> {
    const next = `${this.#file}.next`
    await writeFile(next, `${date.toISOString()}\n`)
    await rename(next, this.#file)
    this.clock.set(date)
  }
}

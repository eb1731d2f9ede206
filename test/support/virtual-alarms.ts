import type { Clock } from '../../src/engine/clock.ts'
import type { Alarms } from '../../src/operate/alarms.ts'
import type { Timetable } from '../../src/operate/cron.ts'

/** Alarms by the clock of a test. */
export class VirtualAlarms implements Alarms {
  readonly #clock: Clock
  readonly #off = new AbortController()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  set(timetable: Timetable, ring: () => void): void {
    void this.#ring(timetable, ring)
  }

  [Symbol.dispose](): void {
    this.#off.abort()
  }

  async #ring(timetable: Timetable, ring: () => void): Promise<void> {
    const { signal } = this.#off
    for (let after = this.#clock.now(); !signal.aborted; after = this.#clock.now()) {
      const time = timetable.next(after)
      if (time === undefined) return
      await this.#clock.sleep(time.getTime() - after.getTime(), signal).catch(() => undefined)
      if (!signal.aborted) ring()
    }
  }
}

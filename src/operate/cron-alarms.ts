/** Alarms by node-cron, on the machine's own clock: also when that clock is set, or the machine slept. */
import { type ScheduledTask, schedule } from 'node-cron'
import type { Alarms } from './alarms.ts'
import type { Timetable } from './cron.ts'

interface Alarm {
  readonly timetable: Timetable
  readonly task: ScheduledTask
  readonly ring: () => void
}

const WATCH_EVERY_MS = 1000
/** By how much the time of day and the time that passed may differ before a clock counts as set. */
const JUMP_MS = 5000

const silent = { info: ignore, warn: ignore, error: ignore, debug: ignore }

export class CronAlarms implements Alarms {
  readonly #alarms: Alarm[] = []
  readonly #watch: NodeJS.Timeout
  #offset = offset()
  #seenAt = Date.now()

  constructor() {
    this.#watch = setInterval(() => this.#look(), WATCH_EVERY_MS)
  }

  set(timetable: Timetable, ring: () => void): void {
    const task = schedule(timetable.expression, ring, { timezone: 'UTC', logger: silent })
    task.on('execution:missed', ring)
    this.#alarms.push({ timetable, task, ring })
  }

  [Symbol.dispose](): void {
    clearInterval(this.#watch)
    for (const { task } of this.#alarms.splice(0)) void task.destroy()
  }

  /** node-cron waits for the time that it has worked out: of a clock that is set back it would wait for days. */
  #look(): void {
    const [before, now] = [this.#seenAt, Date.now()]
    const jumped = Math.abs(offset() - this.#offset) > JUMP_MS
    ;[this.#offset, this.#seenAt] = [offset(), now]
    if (!jumped) return
    for (const { timetable, task, ring } of this.#alarms) {
      void task.stop()
      void task.start()
      const passed = timetable.next(new Date(before))
      if (passed !== undefined && passed.getTime() <= now) ring()
    }
  }
}

const offset = () => Date.now() - performance.now()

function ignore(): void {}

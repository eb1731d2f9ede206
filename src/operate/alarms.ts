/** Rings when it is time. The seam between schedules and clocks: node-cron in a process that serves, virtual time in tests. */
import type { Timetable } from './cron.ts'

export interface Alarms extends Disposable {
  /** From now on, once at every time that the timetable names; once, too, for all those that went by unseen. */
  set(timetable: Timetable, ring: () => void): void
}

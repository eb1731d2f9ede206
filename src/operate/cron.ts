/** Cron expressions as node-cron reads them, always in UTC: five fields, six with seconds in front, or `@daily` and its like. */
import { createTask, parse, type ScheduledTask, validateDetailed } from 'node-cron'

const DAY_MS = 86_400_000
/** The 29th of February is up to eight years away. */
const MAX_DAYS = 8 * 366 + 1
/** Longer numbers mean nothing, and ranges between them would be written out. */
const UNREADABLE = /\d{3}|.{101}/
const SCHEDULE = 'a schedule of cron in UTC (minute, hour, day of month, month, day of week), e.g. "*/10 * * * *"'

/** @returns what was expected instead, in words; undefined for a schedule */
export function problemOf(expression: string): string | undefined {
  if (UNREADABLE.test(expression)) return SCHEDULE
  const [wrong] = validateDetailed(expression).errors
  if (wrong === undefined) return undefined
  if (wrong.field === 'expression') return SCHEDULE
  const field = wrong.field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return `${SCHEDULE}; here the ${field} makes no sense`
}

/** The times that an expression names. */
export class Timetable {
  readonly expression: string
  readonly #task: ScheduledTask
  readonly #ofDay: readonly number[]

  /** @param expression without a problem */
  constructor(expression: string) {
    this.expression = expression
    this.#task = createTask(expression, () => undefined, { timezone: 'UTC' })
    void this.#task.destroy() // node-cron keeps a list of all others
    const { hour, minute, second } = parse(expression)
    const times = hour.flatMap((h) => minute.flatMap((m) => second.map((s) => 1000 * (3600 * h + 60 * m + s))))
    this.#ofDay = times.sort((a, b) => a - b)
  }

  /** The first time after that one. @returns undefined where there is none in eight years */
  next(after: Date): Date | undefined {
    const [first = 0] = this.#ofDay
    const today = Math.floor(after.getTime() / DAY_MS) * DAY_MS
    for (let day = today; day < today + MAX_DAYS * DAY_MS; day += DAY_MS) {
      if (!this.#task.match(new Date(day + first))) continue
      const time = this.#ofDay.find((ms) => day + ms > after.getTime())
      if (time !== undefined) return new Date(day + time)
    }
    return undefined
  }
}

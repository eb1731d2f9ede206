/** What befalls a week, all of it from one seed: when schedules start what, and what goes wrong. */
import { Dice } from '../../src/demo/dice.ts'

export type Happening =
  | { readonly kind: 'advance'; readonly runs: 'one' | 'two in turn' | 'two at once' }
  | { readonly kind: 'deadman' | 'verify' | 'revoke' | 'restore token' | 'force-push' | 'restore branch' }

export interface Dated {
  readonly at: Date
  readonly what: Happening
}

const HOUR_MS = 3_600_000
const DAY = 24
const WEEK_HOURS = 7 * DAY
/** GitHub has been seen to start schedules so late. */
const MAX_DELAY_HOURS = 12
const CRON_EVERY_HOURS = 12
const DEADMAN_EVERY_HOURS = 18

export function weekOf(seed: string, begin: Date): Dated[] {
  const dice = new Dice(seed, 'week')
  const at = (hours: number) => new Date(begin.getTime() + Math.floor(hours * HOUR_MS))
  const week: Dated[] = []
  const add = (hours: number, what: Happening) => {
    if (hours < WEEK_HOURS) week.push({ at: at(hours), what })
  }
  for (let hour = 0; hour < WEEK_HOURS; hour += CRON_EVERY_HOURS) {
    const late = dice.between(0, MAX_DELAY_HOURS)
    const runs = dice.pick(['one', 'one', 'one', 'two in turn', 'two at once', 'none'] as const)
    if (runs !== 'none') add(hour + late, { kind: 'advance', runs })
  }
  for (let hour = 1; hour < WEEK_HOURS; hour += DEADMAN_EVERY_HOURS) {
    if (dice.between(0, 1) < 0.8) add(hour + dice.between(0, 2), { kind: 'deadman' })
  }
  for (const day of [1, 3]) add(day * DAY + 18 + dice.between(0, 2), { kind: 'verify' })
  // Miners have until noon of the second day: nobody can go on then.
  const revoked = dice.between(0.85, 1) * DAY
  add(revoked, { kind: 'revoke' })
  add(revoked + DAY - 4, { kind: 'deadman' })
  add(revoked + DAY, { kind: 'restore token' })
  // Soon after a daily check, so that there is something to compare with.
  const pushed = 3 * DAY + 20.5
  add(pushed, { kind: 'force-push' })
  add(pushed + 6, { kind: 'deadman' })
  add(pushed + 12, { kind: 'verify' })
  add(pushed + dice.between(1.1, 1.4) * DAY, { kind: 'restore branch' })
  // However the dice fell: a week ends with somebody looking.
  add(WEEK_HOURS - 2, { kind: 'advance', runs: 'one' })
  add(WEEK_HOURS - 1, { kind: 'deadman' })
  add(WEEK_HOURS - 0.5, { kind: 'verify' })
  return week.sort((a, b) => a.at.getTime() - b.at.getTime())
}

import { Malformed } from './wire.ts'

const FORM = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(?:Z|UTC)?$/i
const LIMITS = [9999, 12, 31, 23, 59, 60]

/**
 * `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`. OpenSSH takes a time without a final `Z` for the local one of whoever
 * asks; here it is UTC, so that every auditor finds the same.
 * @returns seconds since 1970 @throws Malformed
 */
export function absoluteTime(text: string): number {
  const parts = FORM.exec(text)
    ?.slice(1)
    .map((part) => Number(part ?? 0))
  const [year = 0, month = 0, day = 0, ...time] = parts ?? []
  const inRange = parts?.every((part, i) => part <= (LIMITS[i] ?? 0)) && month > 0 && day > 0
  const seconds = Date.UTC(year, month - 1, day, ...time) / 1000
  if (inRange && seconds > 0) return seconds
  throw new Malformed(`${JSON.stringify(text.slice(0, 40))} is not a time such as 20261231 or 20261231235959Z`)
}

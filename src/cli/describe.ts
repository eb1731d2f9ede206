import type { AdvanceReport } from '../engine/advance.ts'
import type { Waiting } from '../engine/owner.ts'

/** `2026-02-02 08:00 UTC (in 3 h 20 min)`, `(now)`, `(5 min ago)` */
export function when(date: Date, now: Date): string {
  const text = `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const minutes = Math.round((date.getTime() - now.getTime()) / 60_000)
  if (minutes === 0) return `${text} (now)`
  return `${text} (${minutes > 0 ? `in ${duration(minutes)}` : `${duration(-minutes)} ago`})`
}

function duration(minutes: number): string {
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

export function describeWaiting({ for: what, eta, due }: Waiting, now: Date): string {
  const expected = eta ? `, expected ${when(eta, now)}` : ''
  const deadline = due ? `, due ${when(due, now)}` : ''
  return `${what}${expected}${deadline}`
}

/** The one line that every run ends with: what it did, what it waits for, and when that is expected. */
export function describeReport(report: AdvanceReport, now: Date): string {
  const { status, round, stage, commits, waiting, errors } = report
  const did = commits.length === 0 ? 'nothing to do' : `${commits.length} commit${commits.length === 1 ? '' : 's'}`
  const at = `round ${round}, ${stage}`
  if (status === 'paused') return `${at}: ${did}; held until \`roundkeeper resume\``
  if (status === 'finished') return `${at}: ${did}; the competition is over`
  if (status === 'stopped') return `${at}: ${did}; stopped in good order, run again to go on`
  const late = status === 'late' ? 'LATE, ' : ''
  const waits = waiting ? `; ${late}waiting for ${describeWaiting(waiting, now)}` : ''
  const failed = errors.length > 0 ? `; ${errors.length} error${errors.length === 1 ? '' : 's'}, to be tried again` : ''
  return `${at}: ${did}${waits}${failed}`
}

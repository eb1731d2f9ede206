import { z } from 'zod'
import { plainNumber } from './raw-json.ts'

/** A moment, `2026-02-02T10:09:30.219818Z`; offsets, naive times (UTC), dates and epoch seconds are read, and become that. */
export const datetime = () => z.preprocess(inUtc, z.iso.datetime({ error: 'a UTC time like 2026-02-02T08:00:00Z' }))

/** A day, `2026-02-02`; midnight of that day is read too. */
export const date = () =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.replace(/[T ]00:00(:00(\.0+)?)?Z?$/, '') : value),
    z.iso.date({ error: 'a date like 2026-02-02' }),
  )

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?)?$/

function inUtc(value: unknown): unknown {
  const seconds = plainNumber(value)
  if (typeof seconds === 'number') return fromEpoch(seconds)
  if (typeof value !== 'string' || /:\d\d(\.\d+)?Z$/.test(value)) return value
  const [, day, minutes = '00:00', second = '00', fraction = '', offset = 'Z'] = TIME.exec(value) ?? []
  if (day === undefined) return value
  const micro = Number(fraction.padEnd(6, '0'))
  return offset === 'Z'
    ? `${day}T${minutes}:${second}${fractionText(micro)}Z`
    : format(Date.parse(`${day}T${minutes}:${second}${offset}`), micro)
}

function fromEpoch(seconds: number): unknown {
  const whole = Math.floor(seconds)
  return format(whole * 1000, Math.floor((seconds - whole) * 1e6))
}

function format(ms: number, micro: number): string | undefined {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? undefined : `${date.toISOString().slice(0, 19)}${fractionText(micro)}Z`
}

const fractionText = (micro: number) => (micro === 0 ? '' : `.${String(micro).padStart(6, '0')}`)

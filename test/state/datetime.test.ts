import { describe, expect, it } from 'vitest'
import { date, datetime } from '../../src/state/datetime.ts'

describe('a moment', () => {
  it.each([
    ['2026-02-02T10:09:30.219818Z', '2026-02-02T10:09:30.219818Z'],
    ['2026-02-02T10:09:30.219Z', '2026-02-02T10:09:30.219Z'],
    ['2026-02-02T10:09:30', '2026-02-02T10:09:30Z'],
    ['2026-02-02T10:09:30.5', '2026-02-02T10:09:30.500000Z'],
    ['2026-02-02 10:09', '2026-02-02T10:09:00Z'],
    ['2026-02-02', '2026-02-02T00:00:00Z'],
    ['2026-02-02T01:09:30.25+02:00', '2026-02-01T23:09:30.250000Z'],
    [1770026970, '2026-02-02T10:09:30Z'],
    [1770026970.5, '2026-02-02T10:09:30.500000Z'],
  ])('%j is read as %s', (input, value) => expect(datetime().parse(input)).toBe(value))

  it.each(['', 'tomorrow', '2026-02-30', '2026-13-01T00:00:00Z', '2026-02-02T25:00:00+01:00', 1e300, true, null])(
    '%j is refused',
    (input) => {
      expect(datetime().safeParse(input).success).toBe(false)
    },
  )
})

describe('a day', () => {
  it.each(['2026-02-02', '2026-02-02T00:00', '2026-02-02T00:00:00Z', '2026-02-02 00:00:00.000'])(
    '%s is read',
    (input) => expect(date().parse(input)).toBe('2026-02-02'),
  )

  it.each(['2026-02-30', '2026-02-02T08:00:00Z', '02.02.2026', 20260202, null])('%j is refused', (input) => {
    expect(date().safeParse(input).success).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { decisiveMatches } from '../../src/rules/decisive.ts'
import { exampleOf } from './worked-example.ts'

describe('the matches that a crown rests on', () => {
  const line = (approved: string, rejected: string, nearest?: number) =>
    decisiveMatches(exampleOf([...approved], [...rejected]), nearest).map(
      ({ left, right, role, margin }) => `${left} ${right} ${role} ${Math.round(margin * 128)}`,
    )

  it('are those of the succession in order, and the closest in which somebody fell short', () => {
    expect(line('AF', '')).toEqual([
      'leader A qualified 14',
      'leader F qualified 29',
      'A F took over 10',
      'F G fell short 3',
      'F J fell short 2',
      'A C fell short 0',
    ])
    expect(line('F', 'ABCDE', 1)).toEqual(['leader F qualified 29', 'F G fell short 3'])
  })

  it('are the nearest to the crown where it was defended', () => {
    const nobody = { ...exampleOf([], []), winMargin: 0.25 }
    expect(decisiveMatches(nobody).map(({ right, role }) => `${right} ${role}`)).toEqual([
      'F fell short',
      'I fell short',
      'J fell short',
    ])
  })
})

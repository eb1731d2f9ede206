import { expect, it } from 'vitest'
import { cell, widthOf } from '../../src/cli/output.ts'

it('a stranger’s text draws no rows of its own in a table', () => {
  expect(cell('a/b\n12  5Fake  99\tx\u2028y')).toBe('a/b 12 5Fake 99 x y')
  expect(cell('x'.repeat(5000))).toBe(`${'x'.repeat(100)}…`)
})

it('a terminal that does not know its width has 80 columns', () => {
  expect([{ columns: 0 }, {}, { columns: 120 }].map(widthOf)).toEqual([80, 80, 120])
})

import { describe, expect, it } from 'vitest'
import { files } from '../../src/state/files.ts'

describe('lines', () => {
  it('are trimmed, without blank ones', () => {
    expect(files.pool.parse('\n  a b \r\n\r\n\t\nc\rd\n', 'prompts.txt')).toEqual(['a b', 'c', 'd'])
    expect(files.pool.parse('', 'prompts.txt')).toEqual([])
  })

  it('are written without a final newline', () => {
    expect(files.prompts.serialise(['a', 'b'])).toBe('a\nb')
    expect(files.prompts.serialise([])).toBe('')
  })

  it.each(['', ' a', 'a\n', 'a\nb', '\r'])('%j is not written: it would not be read back', (line) => {
    expect(() => files.prompts.serialise(['x', line])).toThrow('cannot write prompts.1')
  })
})

describe('the matrix', () => {
  const parse = (text: string) => files.matrix.parse(text, 'matches_matrix.csv')

  it('is a header alone when nothing was judged', () => {
    expect(files.matrix.serialise([])).toBe('left,right,margin')
    expect(parse('left,right,margin')).toEqual([])
    expect(parse('')).toEqual([])
  })

  it('is read with spaces, short rows and further columns', () => {
    expect(parse('\n left , right,margin \n leader , a , 1 ,note\r\n\nleader,b\nleader,c,-0.5\n')).toEqual([
      { left: 'leader', right: 'a', margin: 1 },
      { left: 'leader', right: 'c', margin: -0.5 },
    ])
  })

  it('keeps the last of two rows for one match, in the place of the first', () => {
    expect(parse('left,right,margin\nl,a,0.1\nl,b,0.2\nl,a,0.3')).toEqual([
      { left: 'l', right: 'a', margin: 0.3 },
      { left: 'l', right: 'b', margin: 0.2 },
    ])
  })

  it.each(['', 'x', 'nan', 'inf', '0x10', '1_0'])('names the line of the margin %j', (margin) => {
    expect(() => parse(`left,right,margin\nl,a,0.1\n\nl,b,${margin}`)).toThrow(
      `matches_matrix.csv: line 4: margin: found ${JSON.stringify(margin)}, expected a finite number`,
    )
  })

  it('does not take a match for a header', () => {
    expect(() => parse('leader,a,0.5')).toThrow('line 1: found "leader,a,0.5", expected the header left,right,margin')
  })

  it.each([
    { left: 'a,b', right: 'c', margin: 0 },
    { left: 'a', right: '"c"', margin: 0 },
    { left: 'a', right: 'c ', margin: 0 },
    { left: 'a', right: 'c\nd', margin: 0 },
    { left: 'a', right: 'c', margin: Number.NaN },
  ])('is not written with %j', (row) => {
    expect(() => files.matrix.serialise([row])).toThrow('cannot write matches_matrix.')
  })
})

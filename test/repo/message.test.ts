import { describe, expect, it } from 'vitest'
import { formatMessage, parseMessage } from '../../src/repo/message.ts'
import fc from '../support/properties.ts'

const key = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,20}$/)
const trailers = fc.dictionary(key, fc.string({ unit: 'binary' }), { minKeys: 1, noNullPrototype: true })
const text = fc.string({ unit: 'binary' }).filter((one) => /[!-~]/.test(one))

describe('formatMessage', () => {
  it('puts trailers after a blank line, in order', () => {
    expect(formatMessage('Round 1\n\nBody\n\n', { B: '2', A: 'x\n y ' })).toBe('Round 1\n\nBody\n\nB: 2\nA: x y\n')
    expect(formatMessage('Round 1', {})).toBe('Round 1\n')
  })

  it('lets no text end the message early', () => {
    expect(formatMessage('a\n---\n b\0\u0007', { A: '1' })).toBe('a\n ---\n b\n\nA: 1\n')
  })

  it.each(['', 'a b', 'a:', '-a', 'ä', 'a\n', '__proto__'])('refuses the key %j', (bad) => {
    expect(() => formatMessage('x', { [bad]: '1' })).toThrow(/trailer/)
  })

  it('is read back by parseMessage', () => {
    fc.assert(
      fc.property(text, trailers, (subject, given) => {
        const message = formatMessage(subject, given)
        const parsed = parseMessage(message)
        expect(Object.keys(parsed.trailers)).toEqual(Object.keys(given))
        expect(formatMessage(parsed.text, parsed.trailers)).toBe(message)
      }),
    )
  })
})

describe('parseMessage', () => {
  it.each([
    ['subject only', 'Key: value\n'],
    ['a last paragraph with other lines', 'x\n\nA: 1\nnot a trailer\n'],
    ['nothing', ''],
  ])('finds no trailers in %s', (_, message) => {
    expect(parseMessage(message)).toEqual({ text: message.trimEnd(), trailers: {} })
  })

  it('lets the last of a key count', () => {
    expect(parseMessage('x\n\nA: 1\nA: 2').trailers).toEqual({ A: '2' })
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (message) => void parseMessage(message)))
  })
})

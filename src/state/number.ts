import { z } from 'zod'
import { plainNumber } from './raw-json.ts'

/** A field that prints as an integer; `3.0`, `"3"` and `true` are read, as older tools wrote and read them. */
export const int = () => z.preprocess(lenient, z.int({ error: 'an integer' }))

/** A field that prints with a decimal point or an exponent, whatever its value (`1.0`, `8.2e-6`). */
export const float = () => z.preprocess(plainNumber, z.number({ error: 'a finite number' }))

function lenient(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value)) return Number(value)
  const number = plainNumber(value)
  return number === 0 ? 0 : number // -0 is no integer
}

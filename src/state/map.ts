import { z } from 'zod'

/** An object by hotkey, stem or pod, whose order means something: keys that JavaScript would reorder are refused. */
export const mapOf = <T extends z.ZodType>(value: T) =>
  z.record(
    z.string().refine((key) => !isReordered(key), KEY_EXPECTED),
    value,
  )

export const KEY_EXPECTED =
  'a key that is no plain number: its place in the file would be lost (write 0001 or p1 for 1)'

/** JavaScript puts the keys `0` to `4294967294` before all others, in numeric order. */
export const isReordered = (key: string) => /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1

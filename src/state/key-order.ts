import { isRawNumber } from './raw-json.ts'

/**
 * A file whose fields stand in an order of their own is rewritten in that order, as long as the same object with the same
 * fields is written. Kept beside the values, not in them: two values are equal whatever the order of their fields.
 */
const orders = new WeakMap<object, readonly string[]>()

/** Compares what was read with what the schema made of it, and notes the objects whose fields the schema moved. */
export function rememberOrder(input: unknown, output: unknown): void {
  if (input === output || !isContainer(input) || !isContainer(output)) return
  const keys = Object.keys(input)
  if (!Array.isArray(input) && isMoved(keys, Object.keys(output))) orders.set(output, keys)
  for (const key of keys) rememberOrder(Reflect.get(input, key), Reflect.get(output, key))
}

/** The fields of `value` in the order to write: as it was read, or else the known ones as declared and then the others. */
export function keysInOrder(value: object, declared: readonly string[]): readonly string[] {
  const present = Object.keys(value).filter((key) => Reflect.get(value, key) !== undefined)
  const read = orders.get(value)
  const set = new Set(present)
  if (read !== undefined && read.length === set.size && read.every((key) => set.has(key))) return read
  const known = declared.filter((key) => set.has(key))
  return [...known, ...present.filter((key) => !declared.includes(key))]
}

const isMoved = (read: readonly string[], made: readonly string[]) =>
  read.length === made.length && read.some((key, index) => key !== made[index])

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !isRawNumber(value)

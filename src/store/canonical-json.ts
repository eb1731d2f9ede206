import { RoundkeeperError } from '../errors.ts'

/**
 * One text for one value, after RFC 8785: keys sorted by code unit, no white space; absent and undefined fields are the
 * same. @throws `usage` for what JSON cannot say (NaN, dates, bytes, cycles …)
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$', new Set())
}

function write(value: unknown, where: string, above: Set<object>): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (typeof value !== 'object') throw unsayable(where, String(value))
  if (above.has(value)) throw unsayable(where, 'a cycle')
  above.add(value)
  const text = Array.isArray(value) ? writeArray(value, where, above) : writeObject(value, where, above)
  above.delete(value)
  return text
}

function writeArray(items: readonly unknown[], where: string, above: Set<object>): string {
  return `[${items.map((item, index) => write(item, `${where}[${index}]`, above)).join(',')}]`
}

function writeObject(value: object, where: string, above: Set<object>): string {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    throw unsayable(where, Object.prototype.toString.call(value))
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${write(field, `${where}.${key}`, above)}`)
  return `{${fields.join(',')}}`
}

const unsayable = (where: string, what: string) =>
  new RoundkeeperError('usage', `JSON has no word for ${what}`, {
    where,
    hint: 'Use plain objects, arrays, strings, booleans, null and finite numbers; name bytes by their hash.',
  })

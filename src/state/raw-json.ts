/**
 * Numbers with their text. Where JavaScript would print a number otherwise than it was written (`1.0`, `1e-07`, integers
 * beyond 2⁵³), the reader keeps a raw value, which JSON.stringify prints as it was; known fields turn it into a number.
 */
export interface RawNumber {
  readonly rawJSON: string
}

interface JsonWithSource {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
}

// TypeScript's library does not know these yet; every Node that we support has them.
const json = JSON as unknown as JsonWithSource

export const rawNumber = (text: string): RawNumber => json.rawJSON(text)
export const isRawNumber = (value: unknown): value is RawNumber => json.isRawJSON(value)
export const plainNumber = (value: unknown): unknown => (isRawNumber(value) ? Number(value.rawJSON) : value)

/** A value from the reader without raw numbers in it, at any depth. */
export function plain(value: unknown): unknown {
  if (isRawNumber(value)) return Number(value.rawJSON)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

/** JSON.parse that keeps number texts. `onKey` sees every key, before anything uses it. Of duplicate keys the last wins. */
export const parseWithSource = (text: string, onKey: (key: string) => void): unknown =>
  json.parse(text, (key, value, { source }) => {
    onKey(key)
    return typeof value === 'number' && source !== undefined && String(value) !== source ? rawNumber(source) : value
  })

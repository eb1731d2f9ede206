/** The text that a miner commits, and what miners' tools print, letter by letter as Python's `json.dumps`, since others compare it. */
import { pythonFloat } from '../state/number-text.ts'

/** Python tells floats from whole numbers: 1 is `1`, and `{ float: 1 }` is `1.0`. */
export type PythonValue = string | number | boolean | null | { readonly float: number }

/** @returns ASCII, keys in the order given: `{"repo": "user/repo", "cdn_url": "https://…"}` */
export function pythonJson(fields: Readonly<Record<string, PythonValue>>): string {
  const parts = Object.entries(fields).map(([key, value]) => `${quoted(key)}: ${written(value)}`)
  return `{${parts.join(', ')}}`
}

function written(value: PythonValue): string {
  if (typeof value === 'string') return quoted(value)
  return value !== null && typeof value === 'object' ? pythonFloat(value.float) : String(value)
}

/** JSON of JavaScript leaves what is not ASCII as it is, and the one control character at its end. */
const quoted = (text: string) =>
  JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

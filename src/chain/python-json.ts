/** The text that a miner commits, letter by letter as Python's `json.dumps`, since other tools compare such texts. */

/** @returns ASCII, keys in the order given: `{"repo": "user/repo", "cdn_url": "https://…"}` */
export function pythonJson(fields: Readonly<Record<string, string>>): string {
  const parts = Object.entries(fields).map(([key, value]) => `${quoted(key)}: ${quoted(value)}`)
  return `{${parts.join(', ')}}`
}

/** JSON of JavaScript leaves what is not ASCII as it is, and the one control character at its end. */
const quoted = (text: string) =>
  JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

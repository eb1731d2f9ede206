/**
 * Keys that an object of a JSON text has twice: readers differ in which of the two counts. Takes text that JSON.parse
 * accepts; linear in its length, without recursion.
 * @returns their places, as `leader.0.weight`
 */
export function duplicateKeys(json: string): string[] {
  const found: string[] = []
  const open: Container[] = []
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at]
    const here = open.at(-1)
    if (char === '"') {
      const end = endOfString(json, at)
      if (here?.keys !== undefined && here.expectsKey) {
        const key = JSON.parse(json.slice(at, end)) as string
        here.name = key
        here.expectsKey = false
        if (here.keys.has(key)) found.push(open.map(({ name }) => name).join('.'))
        here.keys.add(key)
      }
      at = end - 1
    } else if (char === '{') open.push({ keys: new Set(), expectsKey: true, name: '' })
    else if (char === '[') open.push({ keys: undefined, expectsKey: false, name: 0 })
    else if (char === '}' || char === ']') open.pop()
    else if (char === ',' && here !== undefined) {
      if (here.keys === undefined) here.name = Number(here.name) + 1
      else here.expectsKey = true
    }
  }
  return found
}

interface Container {
  /** Of an object; undefined for a list. */
  readonly keys: Set<string> | undefined
  expectsKey: boolean
  /** The key or index that the reader is at. */
  name: string | number
}

/** @returns the position after the closing quote */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    if (json[at] === '\\') at += 1
    else if (json[at] === '"') return at + 1
  }
  return json.length
}

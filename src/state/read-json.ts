import { broken } from './broken.ts'
import { MAX_STATE_FILE_BYTES, MAX_STATE_FILE_DEPTH } from './limits.ts'
import { parseWithSource } from './raw-json.ts'

/**
 * Reads JSON that a stranger may have written: bounded in size and depth before it is parsed, no `__proto__`.
 * @throws RoundkeeperError `state-file` with line and column of a syntax error
 */
export function readJson(text: string, path: string, name: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text
  checkSize(json, path, name)
  if (isDeeperThan(json, MAX_STATE_FILE_DEPTH)) {
    throw broken(name, path, [`nested deeper than ${MAX_STATE_FILE_DEPTH} levels`])
  }
  try {
    return parseWithSource(json, (key) => {
      if (key === '__proto__') throw broken(name, path, ['found the key "__proto__", expected any other'])
    })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const { line, column } = position(json, errorOffset(json, error))
    const what = error.message.replace(/(, .* is not valid JSON|( in JSON)? at position .*)$/s, '')
    throw broken(name, path, [`not JSON at line ${line}, column ${column}: ${what}`], {
      where: `${path}:${line}:${column}`,
      cause: error,
    })
  }
}

/** @throws RoundkeeperError `state-file` above MAX_STATE_FILE_BYTES of UTF-8 */
export function checkSize(text: string, path: string, name: string): void {
  const bytes = text.length > MAX_STATE_FILE_BYTES ? text.length : Buffer.byteLength(text)
  if (bytes <= MAX_STATE_FILE_BYTES) return
  throw broken(name, path, [`${bytes} bytes, expected at most ${MAX_STATE_FILE_BYTES}`])
}

/** A plain loop: a regular expression runs out of stack on long strings. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (inString && char === '\\') at += 1
    else if (char === '"') inString = !inString
    else if (!inString && (char === '[' || char === '{')) depth += 1
    else if (!inString && (char === ']' || char === '}')) depth -= 1
    if (depth > limit) return true
  }
  return false
}

/** Where the parser gave up. V8 says so for most errors; for the others we look for the shortest prefix that is beyond repair. */
function errorOffset(text: string, error: SyntaxError): number {
  const said = saidOffset(error, text.length)
  if (said !== undefined) return said
  let [good, bad] = [0, text.length]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isHopeless(text.slice(0, middle))) bad = middle
    else good = middle
  }
  return good
}

function isHopeless(prefix: string): boolean {
  try {
    JSON.parse(prefix)
    return false
  } catch (error) {
    return (saidOffset(error as SyntaxError, prefix.length) ?? 0) < prefix.length
  }
}

function saidOffset({ message }: SyntaxError, end: number): number | undefined {
  if (message.startsWith('Unexpected end')) return end
  const found = / at position (\d+)/.exec(message)?.[1]
  return found === undefined ? undefined : Number(found)
}

function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

import { readFileSync } from 'node:fs'

/** This package's own description lies two levels up in `dist/src`, one level up in `src`. */
function ownVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        name?: string
        version?: string
      }
      if (found.name === 'roundkeeper' && found.version !== undefined) return found.version
    } catch {
      // Not there: the other place has it.
    }
  }
  return '0.0.0'
}

export const VERSION = ownVersion()

/** How commits name the engine that made them. */
export const ENGINE = `roundkeeper/${VERSION}`

/** `_failed.json` beside the models: of prompts that the image made no model of, and why. */
import { z } from 'zod'
import { printable } from '../printable.ts'
import { BadArchive } from './faults.ts'

export const FAILED = '_failed.json'
export const MAX_MANIFEST_BYTES = 16 * 2 ** 10
const MAX_REASON = 160

const schema = z.record(z.string(), z.unknown())

/** Of prompts that nobody asked for it may say what it likes. @throws BadArchive */
export function manifestOf(bytes: Uint8Array, stems: readonly string[]): Map<string, string> {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    parsed = undefined
  }
  const { data } = schema.safeParse(parsed)
  if (data === undefined) throw new BadArchive('archive-manifest', `${FAILED} is not {"prompt": "why", …}`)
  return new Map(
    stems
      .filter((stem) => Object.hasOwn(data, stem))
      .map((stem) => [stem, printable(textOf(data[stem]), MAX_REASON).trim() || 'it does not say why']),
  )
}

const textOf = (reason: unknown) => (typeof reason === 'string' ? reason : JSON.stringify(reason))

/**
 * One version of one file, looked at by itself: is it what its path says, and did the engine write these bytes?
 * Pure; imports nothing but the formats, so that a worker thread can do it.
 */
import { isError } from '../../errors.ts'
import { archivedAt } from '../../state/archive.ts'
import { isFitting } from '../../state/fits.ts'
import { fileAt, type Located } from '../../state/locate.ts'
import { isRawNumber } from '../../state/raw-json.ts'
import { readJson } from '../../state/read-json.ts'
import type { AnyStateFile } from '../../state/state-file.ts'
import { contradictions } from './contradictions.ts'
import { duplicateKeys } from './duplicate-keys.ts'
import { handMade } from './hand-made.ts'
import { listed } from './words.ts'

export interface FileProblem {
  readonly code: string
  /** What is wrong: goes on from the path and a colon. */
  readonly message: string
}

export interface FileRead {
  readonly file: AnyStateFile
  readonly text: string
  readonly value: unknown
}

/**
 * @param told what was read, of a file that is one of ours
 * @returns nothing for a file that is not ours
 */
export function inspectFile(path: string, bytes: Uint8Array, told?: (read: FileRead) => void): FileProblem[] {
  const located = fileAt(path) ?? archivedAt(path)
  if (located === undefined) return []
  const text = textOf(bytes)
  if (text === undefined) return [problem('file/encoding', 'not every byte of it is valid UTF-8')]
  const asWritten = located.file.readWritten(bytes, text)
  if (asWritten !== undefined) {
    told?.({ file: located.file, text, value: asWritten })
    return contradictions(located, asWritten)
  }
  const live = located.file.path(...located.args) // which an archived file was written for
  let value: unknown
  try {
    value = located.file.parse(text, live)
  } catch (error) {
    return [...wordsOf(text), broken(text, live, located, error)]
  }
  told?.({ file: located.file, text, value })
  const problems = [...contradictions(located, value), ...wordsOf(text)]
  if (!isFitting(value)) problems.push(...unsafeNumbers(text, live))
  if (located.file.isWritten(text, value)) return problems
  const made = written(located, value)
  return [...problems, ...duplicates(text, live), ...handMade(located, text, made, value)]
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** What programs read differently, whatever else is in the file. */
function wordsOf(text: string): FileProblem[] {
  const problems: FileProblem[] = []
  if (text.startsWith('\uFEFF')) problems.push(problem('file/encoding', 'it begins with a byte order mark'))
  if (text.includes('\0')) problems.push(problem('file/encoding', 'it holds NUL bytes'))
  return problems
}

function duplicates(text: string, path: string): FileProblem[] {
  if (!path.endsWith('.json')) return []
  const found = [...new Set(duplicateKeys(text))]
  if (found.length === 0) return []
  const are = found.length === 1 ? 'is' : 'are'
  return [problem('file/duplicate-key', `${listed(found)} ${are} there twice, and programs differ in which one counts`)]
}

const LONG_INTEGER = /(^|[\s:,[])-?\d{16,}(?=[\s,\]}]|$)/

/** Integers that a program may not be able to hold, in fields that we do not know: those that we know are refused. */
function unsafeNumbers(text: string, path: string): FileProblem[] {
  if (!path.endsWith('.json') || !LONG_INTEGER.test(text)) return []
  const found: string[] = []
  const open: unknown[] = [readJson(text, path, path)]
  while (open.length > 0) {
    const value = open.pop()
    if (isRawNumber(value) && /^-?\d+$/.test(value.rawJSON)) found.push(value.rawJSON)
    else if (typeof value === 'object' && value !== null) open.push(...Object.values(value))
  }
  const unsafe = found.filter((digits) => !Number.isSafeInteger(Number(digits)))
  if (unsafe.length === 0) return []
  return [problem('file/number', `programs differ in how they read ${listed(unsafe)}`)]
}

function broken(text: string, path: string, { file }: Located, error: unknown): FileProblem {
  const { message } = error as Error
  const what = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message
  if (!path.endsWith('.json')) return problem('file/schema', what)
  try {
    readJson(text, path, file.name)
    return problem('file/schema', what)
  } catch (syntax) {
    if (!isError(syntax)) return problem('file/schema', what)
    return problem('file/syntax', what)
  }
}

function written({ file }: Located, value: unknown): string | undefined {
  try {
    return file.serialise(value)
  } catch {
    return undefined // it was read, but is nothing that we would write
  }
}

const problem = (code: string, message: string): FileProblem => ({ code, message })

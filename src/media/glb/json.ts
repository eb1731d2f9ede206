// Reads fields of a glTF document one by one. The first thing that is wrong ends the reading, so that a hostile
// document cannot make us collect a million complaints.
import { FileFault } from '../file-fault.ts'

export type Json = Readonly<Record<string, unknown>>

/** @throws FileFault `format` */
export function object(value: unknown, where: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw new FileFault('format', `${where} is not an object`)
}

/** An absent list is an empty one. @throws FileFault `format`, `limit` */
export function list(value: unknown, where: string, max: number): readonly unknown[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new FileFault('format', `${where} is not a list`)
  if (value.length > max) throw new FileFault('limit', `${where} has ${value.length} entries, at most ${max} are read`)
  return value
}

/** A whole number from 0 on. @throws FileFault `format` */
export function whole(value: unknown, where: string, fallback?: number): number {
  const number = value ?? fallback
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number
  throw new FileFault('format', `${where} is not a whole number`)
}

/** Exactly as many numbers as the fallback has. @throws FileFault `format` */
export function numbers(value: unknown, where: string, fallback: readonly number[]): readonly number[] {
  if (value === undefined) return fallback
  if (Array.isArray(value) && value.length === fallback.length && value.every((n) => Number.isFinite(n))) return value
  throw new FileFault('format', `${where} is not ${fallback.length} numbers`)
}

/** The entry of a list that an index points at. @throws FileFault `format`, `reference` */
export function entry(items: readonly unknown[], index: unknown, where: string): Json {
  const at = whole(index, where)
  if (at < items.length) return object(items[at], where)
  throw new FileFault('reference', `${where} is ${at}, of ${items.length}`)
}

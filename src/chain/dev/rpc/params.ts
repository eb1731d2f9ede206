import type { Hex } from '../substrate-node.ts'
import { invalidParams } from './errors.ts'

const HEX = /^0x(?:[0-9a-f]{2})*$/i
/** Of names and addresses: to decode an address takes time that grows with the square of its length. */
const LONGEST_TEXT = 256
const HASH = /^0x[0-9a-f]{64}$/i

/** The parameters of one call, by position. Every reader throws NodeError −32602 for what it cannot be. */
export class Params {
  readonly #values: readonly unknown[]

  constructor(values: readonly unknown[]) {
    this.#values = values
  }

  /** Absent, or null, as clients fill up positions. */
  isAbsent(index: number): boolean {
    return this.#values[index] === undefined || this.#values[index] === null
  }

  raw(index: number): unknown {
    return this.#values[index]
  }

  hex(index: number): Hex {
    return asHex(this.#values[index], index)
  }

  hexes(index: number, most: number): Hex[] {
    const list = this.#values[index]
    if (!Array.isArray(list)) throw wrong(index, 'a list of hex strings', list)
    if (list.length > most) throw invalidParams(`parameter ${index}: at most ${most} are allowed`)
    return list.map((each) => asHex(each, index))
  }

  /** Of a block; undefined where none is named. */
  hash(index: number): Hex | undefined {
    if (this.isAbsent(index)) return undefined
    const value = this.#values[index]
    if (typeof value === 'string' && HASH.test(value)) return value.toLowerCase() as Hex
    throw wrong(index, 'the hash of a block', value)
  }

  text(index: number): string {
    const value = this.#values[index]
    if (typeof value !== 'string') throw wrong(index, 'a string', value)
    if (value.length <= LONGEST_TEXT) return value
    throw invalidParams(`parameter ${index}: at most ${LONGEST_TEXT} characters are allowed`)
  }

  flag(index: number, otherwise: boolean): boolean {
    if (this.isAbsent(index)) return otherwise
    const value = this.#values[index]
    if (typeof value === 'boolean') return value
    throw wrong(index, 'true or false', value)
  }

  /** A whole number from 0 on, also as hex text; `otherwise` where it is absent. */
  count(index: number, otherwise?: number): number {
    if (otherwise !== undefined && this.isAbsent(index)) return otherwise
    return asCount(this.#values[index], index)
  }

  /** A count, or a list of them. */
  counts(index: number): number | number[] {
    const value = this.#values[index]
    return Array.isArray(value) ? value.map((each) => asCount(each, index)) : asCount(value, index)
  }

  /** An amount that may be beyond what JSON numbers hold exactly: a whole number, or text with one. */
  amount(index: number): bigint {
    const value = this.#values[index]
    if (typeof value === 'string' && /^\d{1,39}$/.test(value)) return BigInt(value)
    return BigInt(asCount(value, index))
  }
}

function asHex(value: unknown, index: number): Hex {
  if (typeof value === 'string' && HEX.test(value)) return value.toLowerCase() as Hex
  throw wrong(index, 'a hex string with 0x', value)
}

function asCount(value: unknown, index: number): number {
  const number = typeof value === 'string' && /^0x[0-9a-f]{1,16}$/i.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number
  throw wrong(index, 'a whole number from 0 on', value)
}

function wrong(index: number, expected: string, value: unknown) {
  const kind = value === undefined ? 'nothing' : value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value
  return invalidParams(`parameter ${index}: expected ${expected}, got ${kind}`)
}

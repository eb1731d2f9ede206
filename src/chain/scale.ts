/**
 * SCALE, the chain's own encoding, as far as we write and read it without the chain's metadata. Writers make bytes of
 * values that are known to fit; a reader takes bytes of a stranger, and answers with a reason instead of throwing.
 */

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }

export const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

export const u8 = (value: number) => written(1, (view) => view.setUint8(0, value))
export const u16 = (value: number) => written(2, (view) => view.setUint16(0, value, true))
export const u32 = (value: number) => written(4, (view) => view.setUint32(0, value, true))
export const u64 = (value: bigint) => written(8, (view) => view.setBigUint64(0, value, true))

/** A number or length in as few bytes as it needs; the low two bits say how many these are. */
export function compact(value: number): Uint8Array {
  if (value < 2 ** 6) return u8(value * 4)
  if (value < 2 ** 14) return u16(value * 4 + 1)
  if (value < 2 ** 30) return u32(value * 4 + 2)
  return join(u8(3), u32(value))
}

/** Bytes behind their length. */
export const sized = (bytes: Uint8Array) => join(compact(bytes.length), bytes)

/** Elements behind their number. */
export const list = (elements: readonly Uint8Array[]) => join(compact(elements.length), ...elements)

/** The compact number that bytes begin with, however wastefully written, and how many bytes it takes; none above 2³² − 1. */
export function compactAt(bytes: Uint8Array): { readonly value: number; readonly size: number } | undefined {
  const [first] = bytes
  if (first === undefined) return undefined
  const mode = first % 4
  // Four bytes follow the first one; more would be a number of at least 2³².
  if (mode === 3 && first !== 3) return undefined
  const size = [1, 2, 4, 5][mode] as number
  if (bytes.length < size) return undefined
  const digits = bytes.subarray(mode === 3 ? 1 : 0, size)
  const number = digits.reduceRight((sum, byte) => sum * 256 + byte, 0)
  return { value: mode === 3 ? number : Math.floor(number / 4), size }
}

/** @returns what `read` makes of exactly these bytes, or why they are not that; throws only what is a mistake of `read` */
export function readScale<T>(bytes: Uint8Array, read: (reader: ScaleReader) => T): Read<T> {
  const reader = new ScaleReader(bytes)
  try {
    const value = read(reader)
    return reader.left === 0 ? { ok: true, value } : { ok: false, reason: `${reader.left} bytes too many` }
  } catch (error) {
    if (error instanceof ScaleFault) return { ok: false, reason: error.message }
    throw error
  }
}

class ScaleFault extends Error {}

/** Walks over bytes. Whatever does not fit ends the walk, and `readScale` says why. */
export class ScaleReader {
  #rest: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#rest = bytes
  }

  get left(): number {
    return this.#rest.length
  }

  take(count: number): Uint8Array {
    if (count > this.#rest.length) this.refuse(`ends ${count - this.#rest.length} bytes too soon`)
    // A copy, also of a Buffer, whose `slice` would be a view.
    const taken = new Uint8Array(this.#rest.subarray(0, count))
    this.#rest = this.#rest.subarray(count)
    return taken
  }

  rest(): Uint8Array {
    return this.take(this.left)
  }

  u8 = (): number => this.#view(1).getUint8(0)
  u16 = (): number => this.#view(2).getUint16(0, true)
  u32 = (): number => this.#view(4).getUint32(0, true)
  u64 = (): bigint => this.#view(8).getBigUint64(0, true)

  /** A length; none above the given one, and none that is written in more bytes than it needs. */
  length(max: number): number {
    const found = compactAt(this.#rest) ?? this.refuse('not a length')
    if (found.value > max) this.refuse(`a length of ${found.value}, where ${max} is the most`)
    if (compact(found.value).length !== found.size) this.refuse('a length in more bytes than it needs')
    this.take(found.size)
    return found.value
  }

  /** Bytes behind their length. */
  sized = (max: number): Uint8Array => this.take(this.length(max))

  list<T>(max: number, element: () => T): T[] {
    return Array.from({ length: this.length(max) }, element)
  }

  refuse(reason: string): never {
    throw new ScaleFault(reason)
  }

  #view(size: number): DataView {
    return new DataView(this.take(size).buffer)
  }
}

function written(size: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size)
  write(new DataView(bytes.buffer))
  return bytes
}

/** The data types of the SSH protocol (RFC 4251, section 5), written and read. Reading never goes past the end. */

/** What cannot be read; its message says what is wrong in a few words. */
export class Malformed extends Error {}

const LENGTH_BYTES = 4

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(LENGTH_BYTES)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A length and that many bytes. */
export function string(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([uint32(bytes.length), bytes])
}

export class WireReader {
  #rest: Buffer

  constructor(bytes: Buffer) {
    this.#rest = bytes
  }

  /** @throws Malformed */
  take(length: number): Buffer {
    if (this.#rest.length < length) throw new Malformed('it is cut short')
    const taken = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(length)
    return taken
  }

  /** @throws Malformed */
  uint32(): number {
    return this.take(LENGTH_BYTES).readUInt32BE()
  }

  /** @throws Malformed */
  string(): Buffer {
    return this.take(this.uint32())
  }

  /** A string of names and the like; bytes that are no ASCII stay apart, as Latin-1. @throws Malformed */
  text(): string {
    return this.string().toString('latin1')
  }

  /** What is left. */
  rest(): Buffer {
    return this.take(this.#rest.length)
  }

  /** @throws Malformed unless everything was read */
  end(): void {
    if (this.#rest.length > 0) throw new Malformed('it has more bytes than it should')
  }
}

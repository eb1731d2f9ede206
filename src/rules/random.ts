/**
 * The two deterministic generators that decisions draw from: CPython's, which the legacy rounds used, and a
 * SHA-256 counter stream, which anybody can rebuild in any language in a few lines.
 */
import { createHash } from 'node:crypto'
import { RoundkeeperError } from '../errors.ts'
import { MersenneTwister } from './mersenne-twister.ts'

/** `random.Random(seed)` of CPython 3.11 to 3.13 for integer seeds, bit by bit. */
export class PythonRandom {
  readonly #twister: MersenneTwister

  constructor(seed: number | bigint) {
    const words: number[] = []
    const value = BigInt(seed)
    for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn))
    this.#twister = new MersenneTwister(Uint32Array.from(words.length > 0 ? words : [0]))
  }

  /** `getrandbits(k)` for 1 ≤ k ≤ 32. */
  bits(k: number): number {
    return this.#twister.uint32() >>> (32 - k)
  }

  /** Uniform in [0, n), for 1 ≤ n < 2³². */
  below(n: number): number {
    requireRange(n, 2 ** 32 - 1)
    const k = 32 - Math.clz32(n)
    for (;;) {
      const value = this.bits(k)
      if (value < n) return value
    }
  }

  /** `sample(xs, k)`: k elements at different positions, in the order in which they were drawn. */
  sample<T>(xs: readonly T[], k: number): T[] {
    requireSample(xs.length, k)
    // CPython copies the list while that is smaller than the set it would need otherwise.
    const threshold = 21 + (k > 5 ? 4 ** Math.ceil(Math.log(k * 3) / Math.log(4)) : 0)
    return xs.length <= threshold ? this.#sampleFromCopy(xs, k) : this.#sampleByPosition(xs, k)
  }

  #sampleFromCopy<T>(xs: readonly T[], k: number): T[] {
    const pool = [...xs]
    return Array.from({ length: k }, (_, i) => {
      const at = this.below(pool.length - i)
      const drawn = pool[at] as T
      pool[at] = pool[pool.length - i - 1] as T
      return drawn
    })
  }

  #sampleByPosition<T>(xs: readonly T[], k: number): T[] {
    const drawn = new Set<number>()
    while (drawn.size < k) drawn.add(this.below(xs.length))
    return [...drawn].map((at) => xs[at] as T)
  }
}

const WORDS_PER_BLOCK = 4

/**
 * The stream SHA256(root ‖ 0 ‖ purpose ‖ 0 ‖ u32be(counter)), counter = 0, 1, …, read as big-endian 64-bit words.
 * Streams of different purposes are independent, so that one more draw for one purpose moves no other.
 */
export class HashRandom {
  readonly #prefix: Buffer
  #block = Buffer.alloc(0)
  #counter = 0
  #used = WORDS_PER_BLOCK

  constructor(root: string, purpose: string) {
    this.#prefix = Buffer.from(`${root}\0${purpose}\0`)
  }

  /** Uniform in [0, n), for 1 ≤ n ≤ 2⁵³: words beyond the last whole multiple of n are thrown away. */
  below(n: number): number {
    requireRange(n, 2 ** 53)
    const size = BigInt(n)
    const limit = (2n ** 64n / size) * size
    for (;;) {
      const word = this.#word()
      if (word < limit) return Number(word % size)
    }
  }

  /** k elements at different positions, in the order in which they were drawn. */
  sample<T>(xs: readonly T[], k: number): T[] {
    requireSample(xs.length, k)
    const pool = [...xs]
    for (let i = 0; i < k; i++) {
      const at = i + this.below(pool.length - i)
      const drawn = pool[at] as T
      pool[at] = pool[i] as T
      pool[i] = drawn
    }
    return pool.slice(0, k)
  }

  /** All elements in random order (Fisher-Yates); `xs` stays as it is. */
  shuffle<T>(xs: readonly T[]): T[] {
    return this.sample(xs, xs.length)
  }

  #word(): bigint {
    if (this.#used === WORDS_PER_BLOCK) {
      const counter = Buffer.alloc(4)
      counter.writeUInt32BE(this.#counter++)
      this.#block = createHash('sha256').update(this.#prefix).update(counter).digest()
      this.#used = 0
    }
    return this.#block.readBigUInt64BE(8 * this.#used++)
  }
}

function requireRange(n: number, max: number): void {
  if (Number.isInteger(n) && n >= 1 && n <= max) return
  throw new RoundkeeperError('internal', `cannot draw a number below ${n}`, {
    hint: `Ask for an integer from 1 to ${max}.`,
  })
}

function requireSample(length: number, k: number): void {
  if (Number.isInteger(k) && k >= 0 && k <= length) return
  throw new RoundkeeperError('internal', `cannot draw ${k} of ${length} elements`, {
    hint: 'Ask for at most as many as there are.',
  })
}

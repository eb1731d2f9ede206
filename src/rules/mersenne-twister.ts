/**
 * MT19937 seeded with a key array. Source: Matsumoto and Nishimura, "Mersenne Twister" (1998), with the
 * `init_by_array` of their 2002 revision; CPython seeds its generator the same way.
 */
const N = 624
const M = 397
const UPPER = 0x80000000
const LOWER = 0x7fffffff

export class MersenneTwister {
  readonly #state = new Uint32Array(N)
  #next = N

  /** @param key 32-bit words, at least one */
  constructor(key: Uint32Array) {
    const s = this.#state
    s[0] = 19650218
    for (let i = 1; i < N; i++) s[i] = Math.imul(1812433253, mixed(s, i)) + i
    let i = 1
    let j = 0
    const advance = () => {
      if (++i < N) return
      s[0] = s[N - 1]!
      i = 1
    }
    for (let k = Math.max(N, key.length); k > 0; k--) {
      s[i] = (s[i]! ^ Math.imul(mixed(s, i), 1664525)) + key[j]! + j
      j = (j + 1) % key.length
      advance()
    }
    for (let k = N - 1; k > 0; k--) {
      s[i] = (s[i]! ^ Math.imul(mixed(s, i), 1566083941)) - i
      advance()
    }
    s[0] = UPPER
  }

  /** The next output, uniform in [0, 2³²). */
  uint32(): number {
    if (this.#next === N) this.#twist()
    let y = this.#state[this.#next++]!
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    y ^= y >>> 18
    return y >>> 0
  }

  #twist(): void {
    const s = this.#state
    for (let i = 0; i < N; i++) {
      const y = (s[i]! & UPPER) | (s[(i + 1) % N]! & LOWER)
      s[i] = s[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0)
    }
    this.#next = 0
  }
}

const mixed = (state: Uint32Array, i: number) => state[i - 1]! ^ (state[i - 1]! >>> 30)

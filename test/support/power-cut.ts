/** Thrown in place of every port call from the moment at which the power is cut. */
export class PowerCut extends Error {}

/** Counts the calls of all ports that it wraps, and cuts the power right before or right after a chosen one. */
export class Mains {
  calls = 0
  #dead = false
  readonly #at: number
  readonly #when: 'before' | 'after'

  constructor(at = Number.POSITIVE_INFINITY, when: 'before' | 'after' = 'before') {
    this.#at = at
    this.#when = when
  }

  wrap<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, key) => {
        const member = Reflect.get(target, key)
        if (typeof member !== 'function') return member
        return (...args: unknown[]) => {
          this.#strike('before')
          const result: unknown = member.apply(target, args)
          if (!(result instanceof Promise)) return result
          return result.then((value) => {
            // What the call did is done, but nobody hears of it.
            if (this.#dead) throw new PowerCut()
            if (this.#when === 'after' && this.calls >= this.#at) this.#cut()
            return value
          })
        }
      },
    })
  }

  #strike(when: 'before' | 'after'): void {
    if (this.#dead) throw new PowerCut()
    this.calls += 1
    if (this.#when === when && this.calls >= this.#at) this.#cut()
  }

  #cut(): never {
    this.#dead = true
    throw new PowerCut()
  }
}

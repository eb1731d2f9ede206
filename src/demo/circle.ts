// Points on the unit circle from + - * / alone, which are exact to the bit everywhere; Math.sin and Math.cos are not.

const TERMS = 14

/** The corners of a regular n-gon as [cosine, sine], beginning at [1, 0]. */
export function circle(n: number): readonly (readonly [cos: number, sin: number])[] {
  return Array.from({ length: n }, (_, k) => {
    const angle = (2 * Math.PI * k) / n - (2 * k > n ? 2 * Math.PI : 0)
    return [series(angle, 0), series(angle, 1)] as const
  })
}

/** Taylor series of the cosine (first = 0) or the sine (first = 1) for angles within ±π. */
function series(angle: number, first: 0 | 1): number {
  const square = angle * angle
  let sum = 0
  for (let n = TERMS; n >= 0; n--) {
    const k = 2 * n + first
    sum = 1 - (square / ((k + 1) * (k + 2))) * sum
  }
  return first === 0 ? sum : sum * angle
}

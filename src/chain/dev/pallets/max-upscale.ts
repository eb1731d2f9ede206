/** Weights as the chain stores them: the largest becomes 65535, the others in proportion. */

const FRACTION_BITS = 32n
const ONE = 1n << FRACTION_BITS
const FULL = 65_535n
/** Above it, 32 bits could not hold the product: the ratio is taken first. */
const SAFE_MAX = 32_768

/** round(w · 65535 / max) in the runtime's own fixed point of 32.32 bits, which is off by one now and then. */
export function maxUpscale(weights: readonly number[]): number[] {
  const max = Math.max(0, ...weights)
  if (max === 0) return weights.map(() => 0)
  const divisor = BigInt(max)
  const scaled = (weight: bigint) =>
    max > SAFE_MAX ? weight * ((FULL * ONE) / divisor) : (weight * FULL * ONE) / divisor
  return weights.map((weight) => Number((scaled(BigInt(weight)) + ONE / 2n) >> FRACTION_BITS))
}

/** Two-sided 95 %. */
const Z = 1.959963984540054

/**
 * The 95 % confidence interval of a share of which `k` of `n` were seen, within [0, 1]; nothing is known of it when n is 0.
 * With p = k/n: (p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n).
 *
 * E. B. Wilson: Probable inference, the law of succession, and statistical inference. J. Am. Stat. Assoc. 22 (1927)
 * 209-212; recommended for small n by Brown, Cai, DasGupta, Statistical Science 16 (2001) 101-133.
 */
export function wilsonInterval(k: number, n: number): readonly [low: number, high: number] {
  if (n === 0) return [0, 1]
  const p = k / n
  const z2 = Z ** 2 / n
  const centre = p + z2 / 2
  const reach = Math.sqrt(z2 * (p * (1 - p) + z2 / 4))
  // At the ends rounding must not leave out what was seen.
  return [k === 0 ? 0 : (centre - reach) / (1 + z2), k === n ? 1 : (centre + reach) / (1 + z2)]
}

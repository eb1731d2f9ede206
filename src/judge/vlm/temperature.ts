/** As it is written into an identity. */
export const TEMPERATURES = '0, then 0.1 + 0.05 * attempt, at most 1'

/**
 * 0 for the first attempt at a call; later ones get some, as nothing else would come of the same question. After the
 * original's second judge: 0.1 + 0.05 · attempt.
 */
export const temperatureOf = (attempt: number): number =>
  // In hundredths, so that no canonical form depends on how a sum was rounded.
  attempt === 0 ? 0 : Math.min(100, 10 + 5 * attempt) / 100
